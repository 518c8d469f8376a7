using System.CommandLine;
using AgentSandbox.Ctl.Client;
using AgentSandbox.Ctl.Text;
using AgentSandbox.Jails.Policy;
using AgentSandbox.Jails.Workspaces;
using AgentSandbox.Jails.Workspaces.Tar;
using AgentSandbox.Kernel;
using AgentSandbox.V1;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.Win32.SafeHandles;
using Files = AgentSandbox.Kernel.Files;
using Command = System.CommandLine.Command;
using Workspace = AgentSandbox.V1.Workspace;

namespace AgentSandbox.Ctl.Commands.Workspaces;

/// <summary>Workspaces leave as tar streams, and come back.</summary>
internal static class WorkspaceTransfer
{
    public static Command Export(DaemonOptions daemon)
    {
        Argument<string> workspace = WorkspaceOptions.Workspace();
        Option<string?> snapshot = WorkspaceOptions.SnapshotOption("one is made now");
        Option<string?> path = WorkspaceOptions.Path();
        Option<string?> output = new("--output", "-o") { Description = "A file to write; without this, stdout. It is there when all has come, and not before.", HelpName = "FILE" };
        Command command = new("export", "Writes a snapshot as a tar archive: files, directories, and links as links. Where the policy demands a review, it must be approved.") { workspace, snapshot, path, output };
        command.SetAction(parsed =>
        {
            string? file = parsed.GetValue(output);
            ExportWorkspaceRequest request = new() { Id = parsed.GetValue(workspace)!, Snapshot = parsed.GetValue(snapshot) ?? "", Path = parsed.GetValue(path) ?? "" };
            return file is null && Style.IsTerminal
                ? throw new UsageException("an archive does not go to a terminal: name a file with --output, or pipe it")
                : daemon.Ask(parsed, connection => ExportAsync(connection, request, file));
        });
        return command;
    }

    public static Command Import(DaemonOptions daemon)
    {
        Argument<string> source = new("SRC") { Description = "A tar archive that is not compressed, a directory, or - for stdin.", DefaultValueFactory = _ => "-" };
        Option<ByteSize?> size = WorkspaceOptions.Size("1G");
        Option<long?> files = WorkspaceOptions.Files("one for each 8K of the size");
        Option<string[]> labels = WorkspaceOptions.Labels();
        Option<bool> json = CommonOptions.Json();
        Command command = new("import", "Makes a workspace with the content of a tar archive or directory, and prints its id. If it cannot all be read, there is none.") { source, size, files, labels, json };
        command.SetAction(parsed =>
        {
            CreateWorkspaceRequest request = new() { SizeBytes = parsed.GetValue(size)?.Bytes ?? 0, MaxFiles = parsed.GetValue(files) ?? 0 };
            WorkspaceOptions.AddLabels(request.Labels, parsed.GetValue(labels)!);
            return daemon.Ask(parsed, async connection => WorkspaceText.PrintId(await ImportAsync(connection, request, parsed.GetValue(source)!), parsed.GetValue(json)));
        });
        return command;
    }

    private static async Task<int> ExportAsync(DaemonConnection daemon, ExportWorkspaceRequest request, string? output)
    {
        using AsyncServerStreamingCall<FileChunk> call = daemon.Workspaces.ExportWorkspace(request);
        if (output is null)
        {
            using SafeFileHandle stdout = new(1, ownsHandle: false);
            await ReadAsync(call, bytes => Files.WriteAll(stdout, bytes));
            return 0;
        }

        const uint Usual = 0b110_100_100;
        string path = Path.GetFullPath(output);
        using FileTree folder = new(Files.Open(Path.GetDirectoryName(path) ?? "/", Libc.O_PATH | Libc.O_DIRECTORY));
        using PendingFile file = folder.BeginWrite(TreePath.Parse(Path.GetFileName(path)), Usual, createOnly: false);
        await ReadAsync(call, file.Write);
        file.Complete();
        return 0;
    }

    private static async Task ReadAsync(AsyncServerStreamingCall<FileChunk> call, Action<ReadOnlySpan<byte>> write)
    {
        while (await call.ResponseStream.MoveNext(CancellationToken.None))
        {
            write(call.ResponseStream.Current.Data.Span);
        }
    }

    private static async Task<Workspace> ImportAsync(DaemonConnection daemon, CreateWorkspaceRequest request, string source)
    {
        if (Directory.Exists(source))
        {
            using FileTree tree = new(Files.Open(source, Libc.O_PATH | Libc.O_DIRECTORY));
            using TarPacker packer = new(tree, TreePath.Root, CancellationToken.None);
            return await SendAsync(daemon, request, buffer => ValueTask.FromResult(packer.Read(buffer)));
        }

        using Stream archive = source == "-" ? Console.OpenStandardInput() : new FileStream(source, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        return await SendAsync(daemon, request, buffer => archive.ReadAsync(buffer));
    }

    private static async Task<Workspace> SendAsync(DaemonConnection daemon, CreateWorkspaceRequest request, Func<byte[], ValueTask<int>> read)
    {
        using AsyncClientStreamingCall<ImportWorkspaceRequest, Workspace> call = daemon.Workspaces.ImportWorkspace();
        return await Uploads.SendAsync(call, new ImportWorkspaceRequest { Start = request }, (ByteString data) => new ImportWorkspaceRequest { Data = data }, read);
    }
}
