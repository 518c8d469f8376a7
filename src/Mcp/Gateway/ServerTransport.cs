using System.Text;
using System.Threading.Channels;
using AgentSandbox.Grpc.Client;
using AgentSandbox.Mcp.Answers;
using AgentSandbox.Mcp.Session;
using AgentSandbox.V1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace AgentSandbox.Mcp.Gateway;

/// <summary>One run of a server in a jail of its own, as a client's transport. If it does what it may not it is ended; disposed, it ends.</summary>
/// <param name="server">Its name.</param>
/// <param name="commands">The daemon, as the caller.</param>
/// <param name="start">What to run.</param>
/// <param name="pipes">Its streams, owned by the transport; null: they come through the daemon.</param>
/// <param name="time">The clock.</param>
internal sealed class ServerTransport(string server, V1.Commands.CommandsClient commands, RunStart start, IServerPipes? pipes, TimeProvider time) : IClientTransport, ITransport
{
    private const int MaxLine = 16 * 1024 * 1024;
    private const int InputChunk = 64 * 1024;
    private const int ErrorsTold = 60;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);

    private readonly Channel<JsonRpcMessage> _messages = Channel.CreateBounded<JsonRpcMessage>(16);
    private readonly ServerLines _lines = new(MaxLine);
    private readonly ServerMessages _protocol = new(time);
    private readonly SemaphoreSlim _sending = new(1);
    private readonly CancellationTokenSource _life = new();
    private readonly KeptStream _errors = new();
    private readonly TaskCompletionSource<string> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private AsyncDuplexStreamingCall<RunRequest, ExecResponse>? _call;
    private Task _pumps = Task.CompletedTask;

    /// <summary>Done when the server has ended; its result says why, and after the server's name makes a sentence.</summary>
    public Task<string> Ended => _ended.Task;

    /// <summary>When it ended, as a timestamp of the clock.</summary>
    public long EndedAt { get; private set; }

    /// <inheritdoc/>
    public string Name => server;

    /// <inheritdoc/>
    public string? SessionId => null;

    /// <inheritdoc/>
    public ChannelReader<JsonRpcMessage> MessageReader => _messages.Reader;

    /// <inheritdoc/>
    public Task<ITransport> ConnectAsync(CancellationToken cancellationToken = default)
    {
        _call = commands.Run(cancellationToken: _life.Token);
        _ = ReadAsync(_call); // how it ends is what Ended says
        return ConnectedAsync(_call);
    }

    /// <inheritdoc/>
    public async Task SendMessageAsync(JsonRpcMessage message, CancellationToken cancellationToken = default)
    {
        byte[] line = _protocol.Write(message);
        await _sending.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (pipes is not null)
            {
                await pipes.Input.WriteAsync(line, CancellationToken.None).ConfigureAwait(false); // who ends the server ends this too
                return;
            }

            // A line that was begun is written to its end: half a line would spoil the next.
            for (ReadOnlyMemory<byte> rest = line; rest.Length > 0; rest = rest[Math.Min(rest.Length, InputChunk)..])
            {
                await SendAsync(new RunRequest { Stdin = UnsafeByteOperations.UnsafeWrap(rest[..Math.Min(rest.Length, InputChunk)]) }).ConfigureAwait(false);
            }
        }
        finally
        {
            _sending.Release();
        }
    }

    /// <summary>Ends it.</summary>
    /// <param name="reason">Why; after the server's name it makes a sentence.</param>
    public void End(string reason)
    {
        Tell(reason);
        _life.Cancel(); // the daemon ends the jail with the call
    }

    /// <summary>Lets it end, and ends it if it does not.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_call is null || Ended.IsCompleted)
        {
            pipes?.Dispose();
            return;
        }

        try
        {
            await CloseInputAsync().WaitAsync(s_patience).ConfigureAwait(false);
            await Ended.WaitAsync(s_patience).ConfigureAwait(false);
        }
        catch (Exception stays) when (stays is TimeoutException or IOException)
        {
            End("was ended");
        }
    }

    private async Task<ITransport> ConnectedAsync(AsyncDuplexStreamingCall<RunRequest, ExecResponse> call)
    {
        try
        {
            await call.RequestStream.WriteAsync(new RunRequest { Start = start }).ConfigureAwait(false);
        }
        catch (Exception ended) when (EndedCall.Explains(ended))
        {
            throw new ServerFaultException(await Ended.ConfigureAwait(false));
        }

        return this;
    }

    private async Task ReadAsync(AsyncDuplexStreamingCall<RunRequest, ExecResponse> call)
    {
        string reason = "ended, and the daemon did not say how";
        try
        {
            while (await call.ResponseStream.MoveNext(_life.Token).ConfigureAwait(false))
            {
                reason = await TakeAsync(call.ResponseStream.Current).ConfigureAwait(false) ?? reason;
            }
        }
        catch (ServerFaultException fault)
        {
            reason = $"was ended: it {fault.Message}";
        }
        catch (RpcException refused)
        {
            reason = $"cannot run: {Refusals.Of(refused).Text}";
        }
        catch (OperationCanceledException)
        {
            reason = "was ended";
        }
        catch (IOException untaken) when (pipes is not null)
        {
            reason = $"cannot have its streams: {untaken.Message}";
            await _life.CancelAsync().ConfigureAwait(false);
        }
        finally
        {
            await EndPumpsAsync().ConfigureAwait(false);
            call.Dispose();
            Tell(reason);
            pipes?.Dispose();
        }
    }

    private async Task<string?> TakeAsync(ExecResponse response)
    {
        switch (response.MessageCase)
        {
            case ExecResponse.MessageOneofCase.Stdout:
                await TakeAsync(response.Stdout.Memory).ConfigureAwait(false);
                return null;
            case ExecResponse.MessageOneofCase.HandoffReady when pipes is not null:
                pipes.HandOver(response.HandoffReady.Socket, response.HandoffReady.Token.Span);
                _pumps = Task.WhenAll(PumpAsync(pipes.Output, TakeOutput), PumpAsync(pipes.Errors, bytes => _errors.Add(bytes.Span)));
                return null;
            case ExecResponse.MessageOneofCase.Stderr:
                _errors.Add(response.Stderr.Span);
                return null;
            case ExecResponse.MessageOneofCase.Ended:
                return $"ended: {response.Ended.Text}{LastErrors()}";
            default:
                return null; // how it ended says what is missing
        }
    }

    private async Task TakeAsync(ReadOnlyMemory<byte> output)
    {
        foreach (byte[] line in _lines.Add(output))
        {
            await _messages.Writer.WriteAsync(_protocol.Read(line), _life.Token).ConfigureAwait(false);
        }
    }

    private void TakeOutput(ReadOnlyMemory<byte> output)
    {
        try
        {
            TakeAsync(output).GetAwaiter().GetResult();
        }
        catch (ServerFaultException fault)
        {
            End($"was ended: it {fault.Message}");
        }
    }

    // A thread of its own: a read of a pipe waits for as long as its server is silent.
    private static Task PumpAsync(Stream from, Action<ReadOnlyMemory<byte>> take) => Task.Factory.StartNew(
        () =>
        {
            byte[] buffer = new byte[InputChunk];
            for (int count; (count = from.Read(buffer)) > 0;)
            {
                take(buffer.AsMemory(0, count));
            }
        },
        CancellationToken.None,
        TaskCreationOptions.LongRunning,
        TaskScheduler.Default);

    // What it said last is heard, unless somebody else holds its streams. What a pump failed of, the end says better.
    private async Task EndPumpsAsync() => await Task.WhenAny(_pumps, Task.Delay(s_patience)).ConfigureAwait(false);

    private Task CloseInputAsync()
    {
        if (pipes is null)
        {
            return SendAsync(new RunRequest { CloseStdin = new Empty() });
        }

        pipes.Input.Dispose();
        return Task.CompletedTask;
    }

    private string LastErrors()
    {
        string last = ServerMessages.Visible(Encoding.UTF8.GetString(_errors.Read(_errors.Length - ErrorsTold, ErrorsTold).Bytes).Trim());
        return last.Length == 0 ? "" : $" (it said last: '{last}')";
    }

    private void Tell(string reason)
    {
        EndedAt = Ended.IsCompleted ? EndedAt : time.GetTimestamp();
        _ended.TrySetResult(reason);
        _messages.Writer.TryComplete();
    }

    private async Task SendAsync(RunRequest request)
    {
        try
        {
            await _call!.RequestStream.WriteAsync(request, _life.Token).ConfigureAwait(false);
        }
        catch (Exception ended) when (EndedCall.Explains(ended))
        {
            throw new IOException($"{server} takes nothing more", ended);
        }
    }
}
