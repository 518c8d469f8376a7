using System.Security.Cryptography;
using AgentSandbox.V1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Xunit;

namespace AgentSandbox.Tests.Daemon.Load;

/// <summary>One command over Exec, of which only counts and hashes are kept.</summary>
internal sealed class ExecClient : IDisposable
{
    private const int ChunkSize = 16 * 1024;

    private readonly AsyncDuplexStreamingCall<ExecRequest, ExecResponse> _call;
    private readonly IncrementalHash _received = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    private ExecClient(AsyncDuplexStreamingCall<ExecRequest, ExecResponse> call) => _call = call;

    /// <summary>Its id in its jail.</summary>
    public string Id { get; private set; } = "";

    /// <summary>Bytes of stdout until now.</summary>
    public long ReceivedBytes { get; private set; }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Starts a command, and waits until it runs.</summary>
    public static async Task<ExecClient> StartAsync(Commands.CommandsClient commands, string jail, CommandConfig command)
    {
        ExecClient client = new(commands.Exec(cancellationToken: Token));
        await client._call.RequestStream.WriteAsync(new ExecRequest { Start = new ExecStart { Jail = jail, Command = command } }, Token);
        Assert.True(await client._call.ResponseStream.MoveNext(Token));
        client.Id = client._call.ResponseStream.Current.Started.Command;
        return client;
    }

    /// <summary>Writes all of <paramref name="content"/> to its stdin, and the end.</summary>
    public async Task SendAsync(byte[] content)
    {
        for (int offset = 0; offset < content.Length; offset += ChunkSize)
        {
            await _call.RequestStream.WriteAsync(new ExecRequest { Stdin = UnsafeByteOperations.UnsafeWrap(content.AsMemory(offset, Math.Min(ChunkSize, content.Length - offset))) }, Token);
        }

        await _call.RequestStream.WriteAsync(new ExecRequest { CloseStdin = new Empty() }, Token);
        await _call.RequestStream.CompleteAsync();
    }

    /// <summary>Reads until the command's end.</summary>
    public async Task<CommandEnd> ReadAsync()
    {
        while (await _call.ResponseStream.MoveNext(Token))
        {
            ExecResponse response = _call.ResponseStream.Current;
            _received.AppendData(response.Stdout.Span);
            ReceivedBytes += response.Stdout.Length;
            if (response.Ended is CommandEnd end)
            {
                return end;
            }
        }

        throw new InvalidOperationException("the stream ended without the command's end");
    }

    /// <summary>SHA-256 of its stdout.</summary>
    public byte[] Hash() => _received.GetHashAndReset();

    public void Dispose()
    {
        _call.Dispose();
        _received.Dispose();
    }
}
