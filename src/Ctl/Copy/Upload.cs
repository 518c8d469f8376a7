using AgentSandbox.Ctl.Client;
using AgentSandbox.Jails.Workspaces;
using AgentSandbox.Jails.Workspaces.Tar;
using AgentSandbox.Kernel;
using AgentSandbox.V1;
using Grpc.Core;
using FileInfo = AgentSandbox.V1.FileInfo;
using Files = AgentSandbox.Kernel.Files;
using Path = System.IO.Path;

namespace AgentSandbox.Ctl.Copy;

/// <summary>Copies from us into a jail.</summary>
/// <param name="daemon">The daemon.</param>
internal sealed class Upload(DaemonConnection daemon)
{
    private const uint Permissions = 0b111_111_111;

    /// <summary>Copies <paramref name="source"/> to <paramref name="target"/>: into it if it is a directory.</summary>
    /// <exception cref="UsageException">A directory, and not recursive; or stdin into a directory.</exception>
    /// <exception cref="RpcException">The daemon refused.</exception>
    public async Task CopyAsync(CopyPlace source, CopyPlace target, bool recursive)
    {
        bool intoDirectory = target.Path.Length == 0 || await KindAsync(target).ConfigureAwait(false) == FileKind.Directory;
        if (source.IsStream)
        {
            using Stream stdin = Console.OpenStandardInput();
            await SendAsync(stdin, intoDirectory ? throw new UsageException("what comes from stdin needs the name of a file") : target, 0).ConfigureAwait(false);
            return;
        }

        if (!Directory.Exists(source.Path))
        {
            using FileStream file = new(source.Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            uint mode = (uint)File.GetUnixFileMode(file.SafeFileHandle) & Permissions;
            await SendAsync(file, intoDirectory ? target.Below(source.Name) : target, mode).ConfigureAwait(false);
        }
        else if (recursive)
        {
            string name = Path.GetFileName(Path.GetFullPath(source.Path).TrimEnd('/'));
            await SendDirectoryAsync(source.Path, intoDirectory && source.Name is not ("." or "..") && name.Length > 0 ? target.Below(name) : target).ConfigureAwait(false);
        }
        else
        {
            throw new UsageException($"{source.Path} is a directory: copy it with --recursive");
        }
    }

    private async Task<FileKind> KindAsync(CopyPlace place)
    {
        try
        {
            return (await daemon.Files.StatFileAsync(new FileRequest { Jail = place.Jail, Path = place.Path }).ConfigureAwait(false)).Kind;
        }
        catch (RpcException absent) when (absent.StatusCode == StatusCode.NotFound)
        {
            return FileKind.Unspecified; // the file, or the jail: then the next call says so
        }
    }

    private async Task SendAsync(Stream content, CopyPlace target, uint mode)
    {
        using AsyncClientStreamingCall<WriteFileRequest, FileInfo> call = daemon.Files.WriteFile();
        await Uploads.SendAsync(
            call,
            new WriteFileRequest { Start = new WriteFileStart { Jail = target.Jail, Path = target.Path, Mode = mode } },
            data => new WriteFileRequest { Data = data },
            buffer => content.ReadAsync(buffer)).ConfigureAwait(false);
    }

    private async Task SendDirectoryAsync(string source, CopyPlace target)
    {
        if (target.Path.Length > 0)
        {
            await daemon.Files.MakeDirectoryAsync(new MakeDirectoryRequest { Jail = target.Jail, Path = target.Path, Parents = true }).ConfigureAwait(false);
        }

        using FileTree tree = new(Files.Open(source, Libc.O_PATH | Libc.O_DIRECTORY));
        using TarPacker packer = new(tree, TreePath.Root, CancellationToken.None);
        using AsyncClientStreamingCall<UploadTarRequest, UploadTarResponse> call = daemon.Files.UploadTar();
        await Uploads.SendAsync(
            call,
            new UploadTarRequest { Start = new FileRequest { Jail = target.Jail, Path = target.Path } },
            data => new UploadTarRequest { Data = data },
            buffer => ValueTask.FromResult(packer.Read(buffer))).ConfigureAwait(false);
    }
}
