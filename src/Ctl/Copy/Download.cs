using AgentSandbox.Ctl.Client;
using AgentSandbox.Ctl.Run;
using AgentSandbox.Jails.Workspaces;
using AgentSandbox.Jails.Workspaces.Tar;
using AgentSandbox.Kernel;
using AgentSandbox.V1;
using Grpc.Core;
using FileInfo = AgentSandbox.V1.FileInfo;
using Files = AgentSandbox.Kernel.Files;
using Path = System.IO.Path;

namespace AgentSandbox.Ctl.Copy;

/// <summary>Copies from a jail to us. What comes is a stranger's: nothing is written outside of the target and through no link, whatever it names.</summary>
/// <param name="daemon">The daemon.</param>
internal sealed class Download(DaemonConnection daemon)
{
    /// <summary>Copies <paramref name="source"/> to <paramref name="target"/>: into it if it is a directory.</summary>
    /// <exception cref="UsageException">A directory, and not recursive or to stdout.</exception>
    /// <exception cref="RpcException">The daemon refused.</exception>
    /// <exception cref="WorkspaceException">Something stands in the way here.</exception>
    public async Task CopyAsync(CopyPlace source, CopyPlace target, bool recursive)
    {
        FileInfo file = await daemon.Files.StatFileAsync(new FileRequest { Jail = source.Jail, Path = source.Path }).ConfigureAwait(false);
        bool isDirectory = file.Kind == FileKind.Directory;
        if (isDirectory && (!recursive || target.IsStream))
        {
            throw new UsageException(target.IsStream ? "a directory does not go to stdout" : $"{source.Jail}:{source.Path} is a directory: copy it with --recursive");
        }

        if (target.IsStream)
        {
            using OutputSink stdout = OutputSink.ToFile(1);
            await ReadAsync(source, stdout.Write).ConfigureAwait(false);
            return;
        }

        string path = Directory.Exists(target.Path) && source.Name.Length > 0 ? Path.Combine(target.Path, source.Name) : Path.GetFullPath(target.Path).TrimEnd('/');
        await (isDirectory ? UnpackAsync(source, path) : WriteAsync(source, path, file.Mode)).ConfigureAwait(false);
    }

    // Beside its place first: whoever reads it sees the old file or the new one, and a link there is replaced and not followed.
    private async Task WriteAsync(CopyPlace source, string path, uint mode)
    {
        using FileTree folder = new(Files.Open(Path.GetDirectoryName(path) is { Length: > 0 } parent ? parent : "/", Libc.O_PATH | Libc.O_DIRECTORY));
        using PendingFile file = folder.BeginWrite(TreePath.Parse(Path.GetFileName(path)), mode, createOnly: false);
        await ReadAsync(source, file.Write).ConfigureAwait(false);
        file.Complete();
    }

    private async Task UnpackAsync(CopyPlace source, string path)
    {
        Directory.CreateDirectory(path);
        using FileTree folder = new(Files.Open(path, Libc.O_PATH | Libc.O_DIRECTORY | Libc.O_NOFOLLOW));
        using TarUnpacker unpacker = new(folder, TreePath.Root);
        using AsyncServerStreamingCall<FileChunk> call = daemon.Files.DownloadTar(new FileRequest { Jail = source.Jail, Path = source.Path });
        while (await call.ResponseStream.MoveNext(CancellationToken.None).ConfigureAwait(false))
        {
            unpacker.Write(call.ResponseStream.Current.Data.Span);
        }

        unpacker.Complete();
    }

    private async Task ReadAsync(CopyPlace source, Action<ReadOnlySpan<byte>> write)
    {
        using AsyncServerStreamingCall<FileChunk> call = daemon.Files.ReadFile(new ReadFileRequest { Jail = source.Jail, Path = source.Path });
        while (await call.ResponseStream.MoveNext(CancellationToken.None).ConfigureAwait(false))
        {
            write(call.ResponseStream.Current.Data.Span);
        }
    }
}
