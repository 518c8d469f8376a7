using System.Security.Cryptography;
using System.Text;
using AgentSandbox.Tests.Daemon.Api;
using AgentSandbox.V1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using FileInfo = AgentSandbox.V1.FileInfo;

namespace AgentSandbox.Tests.Daemon.Interop;

/// <summary>The same as tests/Interop/agent.mjs, step by step, with the generated client.</summary>
/// <param name="channel">The daemon.</param>
internal sealed class AgentScript(ChannelBase channel)
{
    private const int ChunkSize = 60_000;

    private readonly V1.Jails.JailsClient _jails = new(channel);
    private readonly Commands.CommandsClient _commands = new(channel);
    private readonly Files.FilesClient _files = new(channel);
    private readonly StringBuilder _said = new();
    private string _jail = "";

    /// <summary>Does all of it.</summary>
    /// <returns>What was answered, without what differs from run to run.</returns>
    public async Task<string> RunAsync()
    {
        JailConfig config = DaemonProcess.Config("shell");
        config.Labels["task"] = "interop";
        Jail made = await _jails.CreateJailAsync(new CreateJailRequest { Config = config });
        _jail = made.Id;
        Say($"create: {made.State} {made.Profile} task={made.Labels["task"]} seccomp={made.Proof.Init["Seccomp"]}");
        using AsyncServerStreamingCall<Event> watch = _jails.WatchEvents(new WatchEventsRequest { Jail = _jail });
        await watch.ResponseHeadersAsync;
        await ExecAsync();
        await FilesAsync();
        await TarAsync();
        await LimitsAsync();
        await _jails.DeleteJailAsync(new DeleteJailRequest { Id = _jail });
        await RefusedAsync("get what is deleted", async () => await _jails.GetJailAsync(new GetJailRequest { Id = _jail }));
        List<string> events = [];
        await foreach (Event e in watch.ResponseStream.ReadAllAsync())
        {
            events.Add($"\n  {e.Kind} {e.Command} '{e.Text.Replace(_jail, "JAIL", StringComparison.Ordinal)}'");
        }

        Say($"events: {(int)watch.GetStatus().StatusCode}{string.Concat(events)}");
        return _said.ToString();
    }

    private async Task ExecAsync()
    {
        using AsyncDuplexStreamingCall<ExecRequest, ExecResponse> exec = _commands.Exec();
        CommandConfig command = new() { Argv = { "sh", "-c", "read line; echo \"got $line\"; cat | wc -c; echo no >&2; exit 4" } };
        await exec.RequestStream.WriteAsync(new ExecRequest { Start = new ExecStart { Jail = _jail, Command = command } });
        await exec.RequestStream.WriteAsync(new ExecRequest { Stdin = ByteString.CopyFromUtf8("hello\n") });
        await exec.RequestStream.WriteAsync(new ExecRequest { Stdin = ByteString.CopyFrom(Pattern(200_000)) });
        await exec.RequestStream.WriteAsync(new ExecRequest { CloseStdin = new Empty() });
        (string stdout, string stderr) = ("", "");
        await foreach (ExecResponse response in exec.ResponseStream.ReadAllAsync())
        {
            stdout += response.Stdout.ToStringUtf8();
            stderr += response.Stderr.ToStringUtf8();
            if (response.Started is ExecStarted started)
            {
                Say($"exec: started {started.Command}");
            }

            if (response.Ended is CommandEnd end)
            {
                Say($"exec: {Quote(stdout)} {Quote(stderr)} {end.Reason} {end.ExitCode} '{end.Text}'");
            }
        }
    }

    private async Task FilesAsync()
    {
        Say($"mkdir: {Show(await _files.MakeDirectoryAsync(new MakeDirectoryRequest { Jail = _jail, Path = "a/b", Parents = true }))}");
        using AsyncClientStreamingCall<WriteFileRequest, FileInfo> write = _files.WriteFile();
        await write.RequestStream.WriteAsync(new WriteFileRequest { Start = new WriteFileStart { Jail = _jail, Path = "a/b/file", Mode = 0b110_100_000 } });
        foreach (byte[] chunk in Pattern(150_000).Chunk(ChunkSize))
        {
            await write.RequestStream.WriteAsync(new WriteFileRequest { Data = ByteString.CopyFrom(chunk) });
        }

        await write.RequestStream.CompleteAsync();
        Say($"write: {Show(await write.ResponseAsync)}");
        Say($"inside: {await ShellAsync("sha256sum <a/b/file")}");
        Say($"read: {Hash(await ReadAsync("a/b/file"))}");
        Say($"read a part: {Convert.ToHexStringLower(await ReadAsync("a/b/file", 1000, 8))}");
        await ShellAsync("ln -s b a/link; echo small >a/small; chmod 600 a/small; chmod 755 a/b");
        ListFilesResponse list = await _files.ListFilesAsync(new ListFilesRequest { Jail = _jail, Path = "a" });
        Say($"list: {string.Join(", ", list.Files.Where(file => file.Kind != FileKind.Directory).Select(Show))}");
        await RefusedAsync("read nothing", () => ReadAsync("a/none"));
        await RefusedAsync("read above", () => ReadAsync("../etc/passwd"));
    }

    private async Task TarAsync()
    {
        using AsyncServerStreamingCall<FileChunk> download = _files.DownloadTar(At("a"));
        byte[] tar = await ReceiveAsync(download);
        await _files.MakeDirectoryAsync(new MakeDirectoryRequest { Jail = _jail, Path = "copy" });
        using AsyncClientStreamingCall<UploadTarRequest, UploadTarResponse> upload = _files.UploadTar();
        await upload.RequestStream.WriteAsync(new UploadTarRequest { Start = At("copy") });
        foreach (byte[] chunk in tar.Chunk(ChunkSize))
        {
            await upload.RequestStream.WriteAsync(new UploadTarRequest { Data = ByteString.CopyFrom(chunk) });
        }

        await upload.RequestStream.CompleteAsync();
        UploadTarResponse unpacked = await upload.ResponseAsync;
        Say($"tar: {tar.Length % 512} {unpacked.Files} files, {unpacked.Bytes} bytes");
        Say($"read the copy: {Hash(await ReadAsync("copy/b/file"))}");
        Say($"move: {Show(await _files.MoveFileAsync(new MoveFileRequest { Jail = _jail, Source = "copy/small", Target = "moved" }))}");
        await _files.RemoveFileAsync(new RemoveFileRequest { Jail = _jail, Path = "copy", Recursive = true });
        await RefusedAsync("stat what is removed", async () => await _files.StatFileAsync(At("copy")));
    }

    private async Task LimitsAsync()
    {
        Say($"pause: {(await _jails.PauseJailAsync(new PauseJailRequest { Id = _jail })).State}");
        await RefusedAsync("execute meanwhile", () => ShellAsync("true"));
        Say($"resume: {(await _jails.ResumeJailAsync(new ResumeJailRequest { Id = _jail })).State}");
        Say($"update: {(await UpdateAsync(64)).Limits.OpenFiles}");
        Say($"inside: {await ShellAsync("ulimit -n")}");
        await RefusedAsync("update to too few", () => UpdateAsync(1));
        Stats stats = await _jails.GetStatsAsync(new GetStatsRequest { Id = _jail });
        Say($"stats: {stats.CommandsStarted} started, {stats.RunningCommands} running");
    }

    private async Task<Jail> UpdateAsync(long openFiles) => await _jails.UpdateLimitsAsync(new UpdateLimitsRequest { Id = _jail, Limits = new Limits { OpenFiles = openFiles } });

    private async Task<string> ShellAsync(string script) => (await _commands.ExecuteAsync(
        new ExecuteRequest { Jail = _jail, Command = new CommandConfig { Argv = { "sh", "-c", script } } })).Stdout.ToStringUtf8().TrimEnd();

    private async Task<byte[]> ReadAsync(string path, long offset = 0, long length = 0)
    {
        using AsyncServerStreamingCall<FileChunk> read = _files.ReadFile(new ReadFileRequest { Jail = _jail, Path = path, Offset = offset, Length = length });
        return await ReceiveAsync(read);
    }

    private async Task RefusedAsync(string what, Func<Task> asked)
    {
        try
        {
            await asked();
            Say($"{what}: not refused");
        }
        catch (RpcException e)
        {
            Say($"{what}: refused with {(int)e.StatusCode} '{e.Status.Detail.Replace(_jail, "JAIL", StringComparison.Ordinal)}'");
        }
    }

    private static async Task<byte[]> ReceiveAsync(AsyncServerStreamingCall<FileChunk> call)
    {
        MemoryStream all = new();
        await foreach (FileChunk chunk in call.ResponseStream.ReadAllAsync())
        {
            all.Write(chunk.Data.Span);
        }

        return all.ToArray();
    }

    private FileRequest At(string path) => new() { Jail = _jail, Path = path };

    private static byte[] Pattern(int length) => [.. Enumerable.Range(0, length).Select(i => (byte)(i * 7))];

    private static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private static string Quote(string text) => $"\"{text.Replace("\n", "\\n", StringComparison.Ordinal)}\"";

    private static string Show(FileInfo file) => $"{file.Path} {file.Kind} {(file.Kind == FileKind.Directory ? "" : $"{file.SizeBytes} ")}{Convert.ToString(file.Mode, 8)}";

    private void Say(string line) => _said.Append(line).Append('\n');
}
