using System.Text;
using AgentSandbox.V1;
using Google.Protobuf;
using Grpc.Core;
using Xunit;
using FileInfo = AgentSandbox.V1.FileInfo;

namespace AgentSandbox.Tests.Daemon.Api;

/// <summary>A jail of a test's own, and its files through the API.</summary>
internal sealed class FileClient(DaemonFixture fixture, string jail)
{
    private const int ChunkSize = 60_000;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>The jail.</summary>
    public string Jail { get; } = jail;

    /// <summary>The raw client.</summary>
    public Files.FilesClient Files => fixture.Files;

    /// <summary>A jail of profile shell.</summary>
    public static async Task<FileClient> CreateAsync(DaemonFixture fixture, params Bind[] binds)
    {
        Requires.Feature("root");
        JailConfig config = DaemonProcess.Config("shell");
        config.Binds.Add(binds);
        return new FileClient(fixture, (await fixture.Jails.CreateJailAsync(new CreateJailRequest { Config = config }, cancellationToken: Token)).Id);
    }

    /// <summary>A jail of profile shell that has a workspace which outlives it.</summary>
    public static async Task<FileClient> CreateAsync(DaemonFixture fixture, string workspace)
    {
        JailConfig config = DaemonProcess.Config("shell");
        config.Workspace = workspace;
        return new FileClient(fixture, (await fixture.Jails.CreateJailAsync(new CreateJailRequest { Config = config }, cancellationToken: Token)).Id);
    }

    /// <summary>Runs a shell in the jail, which must end with 0.</summary>
    public async Task<string> ShellAsync(string script)
    {
        ExecuteResponse answer = await fixture.Commands.ExecuteAsync(new ExecuteRequest { Jail = Jail, Command = new CommandConfig { Argv = { "sh", "-c", script } } }, cancellationToken: Token);
        Assert.True(answer.Ended.ExitCode == 0, answer.Stderr.ToStringUtf8());
        return answer.Stdout.ToStringUtf8();
    }

    public async Task<FileInfo> StatAsync(string path) => await Files.StatFileAsync(Request(path), cancellationToken: Token);

    public async Task<ListFilesResponse> ListAsync(string path, int size = 0, string token = "") =>
        await Files.ListFilesAsync(new ListFilesRequest { Jail = Jail, Path = path, PageSize = size, PageToken = token }, cancellationToken: Token);

    public Task<FileInfo> WriteAsync(string path, string content, uint mode = 0, bool createOnly = false) => WriteAsync(path, Encoding.UTF8.GetBytes(content), mode, createOnly);

    public async Task<FileInfo> WriteAsync(string path, byte[] content, uint mode = 0, bool createOnly = false)
    {
        using AsyncClientStreamingCall<WriteFileRequest, FileInfo> call = Files.WriteFile(cancellationToken: Token);
        await SendAsync(call.RequestStream, new WriteFileRequest { Start = new WriteFileStart { Jail = Jail, Path = path, Mode = mode, CreateOnly = createOnly } }, data => new WriteFileRequest { Data = data }, content);
        return await call.ResponseAsync;
    }

    public async Task<byte[]> ReadAsync(string path, long offset = 0, long length = 0)
    {
        using AsyncServerStreamingCall<FileChunk> call = Files.ReadFile(new ReadFileRequest { Jail = Jail, Path = path, Offset = offset, Length = length }, cancellationToken: Token);
        return await CollectAsync(call.ResponseStream);
    }

    public async Task RemoveAsync(string path, bool recursive = false) =>
        await Files.RemoveFileAsync(new RemoveFileRequest { Jail = Jail, Path = path, Recursive = recursive }, cancellationToken: Token);

    public async Task<byte[]> DownloadAsync(string path)
    {
        using AsyncServerStreamingCall<FileChunk> call = Files.DownloadTar(Request(path), cancellationToken: Token);
        return await CollectAsync(call.ResponseStream);
    }

    public async Task<UploadTarResponse> UploadAsync(string path, byte[] archive)
    {
        using AsyncClientStreamingCall<UploadTarRequest, UploadTarResponse> call = Files.UploadTar(cancellationToken: Token);
        await SendAsync(call.RequestStream, new UploadTarRequest { Start = Request(path) }, data => new UploadTarRequest { Data = data }, archive);
        return await call.ResponseAsync;
    }

    public FileRequest Request(string path) => new() { Jail = Jail, Path = path };

    /// <summary>The call is refused with <paramref name="code"/>.</summary>
    /// <returns>The words.</returns>
    public static async Task<string> RefusedAsync(StatusCode code, Func<Task> call)
    {
        RpcException refused = await Assert.ThrowsAsync<RpcException>(call);
        Assert.True(refused.StatusCode == code, refused.ToString());
        return refused.Status.Detail;
    }

    private static async Task SendAsync<T>(IClientStreamWriter<T> stream, T start, Func<ByteString, T> message, byte[] content)
    {
        try
        {
            await stream.WriteAsync(start, Token);
            for (int offset = 0; offset < content.Length; offset += ChunkSize)
            {
                await stream.WriteAsync(message(ByteString.CopyFrom(content, offset, Math.Min(ChunkSize, content.Length - offset))), Token);
            }

            await stream.CompleteAsync();
        }
        catch (Exception refused) when (refused is RpcException or InvalidOperationException or IOException)
        {
            TestContext.Current.SendDiagnosticMessage($"the call ended while it was written: {refused.Message}"); // its status says why
        }
    }

    private static async Task<byte[]> CollectAsync(IAsyncStreamReader<FileChunk> chunks)
    {
        MemoryStream all = new();
        while (await chunks.MoveNext(Token))
        {
            Assert.InRange(chunks.Current.Data.Length, 1, 64 * 1024);
            all.Write(chunks.Current.Data.Span);
        }

        return all.ToArray();
    }
}
