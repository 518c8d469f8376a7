using AgentSandbox.Mcp.Session;
using AgentSandbox.V1;
using Google.Protobuf;
using Grpc.Core;

namespace AgentSandbox.Mcp.Running;

/// <summary>What a background command wrote, as the daemon keeps it.</summary>
/// <param name="session">Whose it is.</param>
/// <param name="jail">Its jail.</param>
/// <param name="command">Its id.</param>
/// <param name="isStderr">True: its stderr.</param>
internal sealed class BackgroundOutput(SandboxSession session, string jail, string command, bool isStderr)
{
    /// <summary>Reads what is there from a place on.</summary>
    /// <param name="offset">The place, in bytes.</param>
    /// <param name="most">How much, in bytes.</param>
    /// <param name="wait">How long to wait for something if nothing is there.</param>
    /// <param name="cancelled">Ends it.</param>
    public async Task<OutputPage> ReadAsync(long offset, int most, TimeSpan wait, CancellationToken cancelled)
    {
        Command state = await session.Commands.GetCommandAsync(new GetCommandRequest { Jail = jail, Command = command }, cancellationToken: cancelled).ConfigureAwait(false);
        long there = Written(state);
        if (there <= offset && (state.Ended is not null || wait == TimeSpan.Zero))
        {
            return OutputPage.Of([], Math.Min(offset, there), there, state.Ended is null);
        }

        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(cancelled);
        if (there <= offset)
        {
            patience.CancelAfter(wait);
        }

        AttachRequest request = new() { Jail = jail, Command = command };
        (request.StdoutOffset, request.StderrOffset) = isStderr ? (state.Usage.StdoutBytes, offset) : (offset, state.Usage.StderrBytes);
        using AsyncServerStreamingCall<ExecResponse> call = session.Commands.Attach(request, cancellationToken: patience.Token);
        return await CollectAsync(call.ResponseStream, offset, Math.Max(1, Math.Min(most, there - offset)), most, state, patience.Token, cancelled).ConfigureAwait(false);
    }

    private async Task<OutputPage> CollectAsync(IAsyncStreamReader<ExecResponse> responses, long start, long enough, int most, Command state, CancellationToken patience, CancellationToken cancelled)
    {
        MemoryStream bytes = new();
        bool isRunning = state.Ended is null;
        try
        {
            while (bytes.Length < enough && await responses.MoveNext(patience).ConfigureAwait(false))
            {
                ExecResponse response = responses.Current;
                ByteString? part = isStderr && response.MessageCase == ExecResponse.MessageOneofCase.Stderr ? response.Stderr
                    : !isStderr && response.MessageCase == ExecResponse.MessageOneofCase.Stdout ? response.Stdout : null;
                bytes.Write(part is null ? [] : part.Span[..(int)Math.Min(part.Length, most - bytes.Length)]);
                if (response.MessageCase == ExecResponse.MessageOneofCase.SkippedBytes && bytes.Length == 0)
                {
                    start += response.SkippedBytes;
                    enough = Math.Max(1, enough - response.SkippedBytes);
                }

                isRunning &= response.MessageCase != ExecResponse.MessageOneofCase.Ended;
            }
        }
        catch (RpcException late) when (late.StatusCode == StatusCode.Cancelled && !cancelled.IsCancellationRequested)
        {
            return OutputPage.Of([], start, start, isRunning); // nothing came in the time
        }

        return OutputPage.Of(bytes.ToArray(), start, Math.Max(Written(state), start + bytes.Length), isRunning);
    }

    private long Written(Command state) => isStderr ? state.Usage?.StderrBytes ?? 0 : state.Usage?.StdoutBytes ?? 0;
}
