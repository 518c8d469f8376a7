using AgentSandbox.Grpc.Client;
using AgentSandbox.V1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace AgentSandbox.Ctl.Client;

/// <summary>A command that was asked for: what it says, and what it is told. Any thread may tell it something.</summary>
internal sealed class CommandStream : IDisposable
{
    private readonly DaemonConnection _daemon;
    private readonly Func<ExecRequest, Task> _send;
    private readonly IDisposable _call;
    private readonly SemaphoreSlim _sending = new(1);
    private ExecStarted? _started;

    private CommandStream(DaemonConnection daemon, IDisposable call, IAsyncStreamReader<ExecResponse> responses, Func<ExecRequest, Task> send)
    {
        _daemon = daemon;
        _call = call;
        _send = send;
        Responses = responses;
    }

    /// <summary>What it says.</summary>
    public IAsyncStreamReader<ExecResponse> Responses { get; }

    /// <summary>Asks for a command in a jail.</summary>
    public static async Task<CommandStream> ExecAsync(DaemonConnection daemon, ExecStart start)
    {
        AsyncDuplexStreamingCall<ExecRequest, ExecResponse> call = daemon.Commands.Exec();
        CommandStream stream = new(daemon, call, call.ResponseStream, call.RequestStream.WriteAsync);
        await stream.SendAsync(new ExecRequest { Start = start }).ConfigureAwait(false);
        return stream;
    }

    /// <summary>Asks for a command in a jail of its own.</summary>
    public static async Task<CommandStream> RunAsync(DaemonConnection daemon, RunStart start)
    {
        AsyncDuplexStreamingCall<RunRequest, ExecResponse> call = daemon.Commands.Run();
        CommandStream stream = new(daemon, call, call.ResponseStream, request => call.RequestStream.WriteAsync(ToRun(request)));
        await EndedCall.TryAsync(() => call.RequestStream.WriteAsync(new RunRequest { Start = start })).ConfigureAwait(false);
        return stream;
    }

    /// <summary>Says which command it became.</summary>
    public void Begin(ExecStarted started) => Volatile.Write(ref _started, started);

    /// <summary>Bytes for its stdin. Waits while they are not taken.</summary>
    /// <returns>False: the call has ended.</returns>
    public Task<bool> SendInputAsync(ReadOnlyMemory<byte> bytes) => SendAsync(new ExecRequest { Stdin = UnsafeByteOperations.UnsafeWrap(bytes) });

    /// <summary>The end of its stdin.</summary>
    /// <returns>False: the call has ended.</returns>
    public Task<bool> CloseInputAsync() => SendAsync(new ExecRequest { CloseStdin = new Empty() });

    /// <summary>Another size of its terminal.</summary>
    /// <returns>False: the call has ended.</returns>
    public Task<bool> ResizeAsync(WindowSize size) => SendAsync(new ExecRequest { Resize = size });

    /// <summary>A signal. It overtakes the input that the command has not read yet, unless the caller may signal only in the stream.</summary>
    public async Task SignalAsync(int signal)
    {
        ExecStarted started = Volatile.Read(ref _started) ?? throw new InvalidOperationException("the command has not started");
        try
        {
            await _daemon.Commands.SignalCommandAsync(new SignalCommandRequest { Jail = started.Jail, Command = started.Command, Signal = signal }).ConfigureAwait(false);
        }
        catch (RpcException refused) when (refused.StatusCode == StatusCode.PermissionDenied)
        {
            await SendAsync(new ExecRequest { Signal = signal }).ConfigureAwait(false);
        }
        catch (RpcException gone) when (gone.StatusCode is StatusCode.NotFound or StatusCode.Unavailable or StatusCode.Cancelled)
        {
            return; // the command has just ended, or the daemon has: the stream says which
        }
    }

    public void Dispose() => _call.Dispose(); // the input's thread may wait for its turn until the process ends

    private static RunRequest ToRun(ExecRequest request) => request.MessageCase switch
    {
        ExecRequest.MessageOneofCase.Stdin => new RunRequest { Stdin = request.Stdin },
        ExecRequest.MessageOneofCase.CloseStdin => new RunRequest { CloseStdin = request.CloseStdin },
        ExecRequest.MessageOneofCase.Resize => new RunRequest { Resize = request.Resize },
        _ => new RunRequest { Signal = request.Signal },
    };

    private async Task<bool> SendAsync(ExecRequest request)
    {
        await _sending.WaitAsync().ConfigureAwait(false);
        try
        {
            return await EndedCall.TryAsync(() => _send(request)).ConfigureAwait(false);
        }
        finally
        {
            _sending.Release();
        }
    }
}
