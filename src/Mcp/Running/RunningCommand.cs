using AgentSandbox.Grpc.Client;
using AgentSandbox.Mcp.Answers;
using AgentSandbox.Mcp.Session;
using AgentSandbox.V1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace AgentSandbox.Mcp.Running;

/// <summary>A command that the caller waits for. If the call is cancelled, or the server dies, the daemon ends it.</summary>
internal sealed class RunningCommand
{
    private const int InputChunk = 64 * 1024;

    private readonly SandboxSession _session;
    private readonly ExecStart _start;
    private readonly ReadOnlyMemory<byte> _input;

    /// <summary>A command.</summary>
    /// <param name="session">Whose.</param>
    /// <param name="jail">The jail.</param>
    /// <param name="command">What to run.</param>
    /// <param name="input">Its stdin.</param>
    public RunningCommand(SandboxSession session, string jail, CommandConfig command, ReadOnlyMemory<byte> input)
    {
        _session = session;
        _input = input;
        _start = new ExecStart { Jail = jail, Command = command, OnDisconnect = OnDisconnect.Kill };
    }

    /// <summary>What it wrote until now.</summary>
    public KeptStream Stdout { get; } = new();

    /// <summary>What it wrote until now as errors.</summary>
    public KeptStream Stderr { get; } = new();

    /// <summary>Its id in the jail; empty: it has not started.</summary>
    public string Id { get; private set; } = "";

    /// <summary>Runs it to its end.</summary>
    /// <returns>How it ended.</returns>
    /// <exception cref="RpcException">The daemon refuses it.</exception>
    public async Task<CommandEnd> RunAsync(CancellationToken cancelled)
    {
        using AsyncDuplexStreamingCall<ExecRequest, ExecResponse> call = _session.Commands.Exec(cancellationToken: cancelled);
        Task input = SendAsync(call.RequestStream, cancelled);
        CommandEnd? end = null;
        try
        {
            while (await call.ResponseStream.MoveNext(cancelled).ConfigureAwait(false))
            {
                end = Take(call.ResponseStream.Current) ?? end;
            }
        }
        catch (RpcException failure) when (failure.StatusCode == StatusCode.Cancelled && cancelled.IsCancellationRequested)
        {
            throw new OperationCanceledException("nobody waits for the command any more", failure, cancelled);
        }

        call.Dispose();
        await input.ConfigureAwait(false);
        return end ?? throw new ToolException(new Refusal("it is not known how the command ended", "the sandbox did not say", "look at command_status"));
    }

    private CommandEnd? Take(ExecResponse response)
    {
        switch (response.MessageCase)
        {
            case ExecResponse.MessageOneofCase.Started:
                Id = response.Started.Command;
                _session.Outputs.Add(new KeptCommand(_start.Jail, Id, Stdout, Stderr));
                return null;
            case ExecResponse.MessageOneofCase.Stdout:
                Stdout.Add(response.Stdout.Span);
                return null;
            case ExecResponse.MessageOneofCase.Stderr:
                Stderr.Add(response.Stderr.Span);
                return null;
            case ExecResponse.MessageOneofCase.Ended:
                return response.Ended;
            default:
                return null; // how it ended says what is missing
        }
    }

    private async Task SendAsync(IClientStreamWriter<ExecRequest> stream, CancellationToken cancelled)
    {
        try
        {
            await stream.WriteAsync(new ExecRequest { Start = _start }, cancelled).ConfigureAwait(false);
            for (ReadOnlyMemory<byte> rest = _input; rest.Length > 0; rest = rest[Math.Min(rest.Length, InputChunk)..])
            {
                await stream.WriteAsync(new ExecRequest { Stdin = UnsafeByteOperations.UnsafeWrap(rest[..Math.Min(rest.Length, InputChunk)]) }, cancelled).ConfigureAwait(false);
            }

            await stream.WriteAsync(new ExecRequest { CloseStdin = new Empty() }, cancelled).ConfigureAwait(false);
        }
        catch (Exception ended) when (EndedCall.Explains(ended))
        {
            return; // the command has ended without reading it all: the responses say how
        }
    }
}
