using AgentSandbox.Mcp.Answers;
using AgentSandbox.V1;
using Grpc.Core;
using ModelContextProtocol;

namespace AgentSandbox.Mcp.Gateway;

/// <summary>One request to a server through the gateway: who asks, and may it; then the server has it. Each is written down.</summary>
/// <param name="session">Whose.</param>
/// <param name="setup">What the gateway works with.</param>
/// <param name="request">The request.</param>
internal sealed class GatewayCall(GatewaySession session, GatewaySetup setup, GatewayRequest request)
{
    private const int MaxNoted = 200;
    private const int MaxError = 1000;

    private readonly DateTimeOffset _start = setup.Time.GetUtcNow();
    private readonly long _startedAt = setup.Time.GetTimestamp();
    private WhoamiResponse? _caller;

    /// <summary>What the client calls it, not too long.</summary>
    public string Shown { get; } = Short(request.Shown, MaxNoted);

    /// <summary>Makes it.</summary>
    /// <typeparam name="T">The answer.</typeparam>
    /// <param name="ask">Asks the server, which runs.</param>
    /// <param name="isError">Whether an answer says that the server failed.</param>
    /// <param name="refuse">Makes an answer of a refusal, or throws it.</param>
    /// <param name="cancelled">Signalled when the client cancels it.</param>
    public async Task<T> RunAsync<T>(Func<ServerKeeper, RunningServer, Task<T>> ask, Func<T, bool> isError, Func<Refusal, T> refuse, CancellationToken cancelled)
    {
        try
        {
            setup.Log.Check(); // what cannot be written down is not done
        }
        catch (IOException unwritten)
        {
            return refuse(Unwritten(unwritten));
        }

        T answer;
        string outcome;
        try
        {
            ServerKeeper keeper = await AdmitAsync(cancelled).ConfigureAwait(false);
            answer = await keeper.WithAsync(running => ask(keeper, running), cancelled).ConfigureAwait(false);
            outcome = isError(answer) ? CallLine.ServerError : CallLine.Done;
        }
        catch (Exception ended) when (cancelled.IsCancellationRequested && ended is OperationCanceledException or RpcException)
        {
            Note("cancelled");
            throw new OperationCanceledException(cancelled);
        }
        catch (Exception failure)
        {
            Refusal? refusal = Explain(failure);
            Refusal? unnoted = Note(refusal?.Code ?? "failed");
            if (refusal is null)
            {
                throw;
            }

            return refuse(unnoted ?? refusal);
        }

        return Note(outcome) is Refusal unwrittenAnswer ? refuse(unwrittenAnswer) : answer;
    }

    /// <summary>There is no such thing.</summary>
    public ToolException Unknown() => new(new Refusal($"there is no {Word} '{Shown}'", "no server that is declared has it", "list what there is again") { Code = "NOT_FOUND" });

    private string Word => request.Offer switch
    {
        ServerOffer.Tools => "tool",
        ServerOffer.Prompts => "prompt",
        _ => "resource",
    };

    // Null: it is no refusal.
    private Refusal? Explain(Exception failure) => failure switch
    {
        ToolException refused => refused.Refusal,
        RpcException refused => Refusals.Of(refused),
        McpException refused => new Refusal($"{request.Server} refuses the call", Short(refused.Message, MaxError).TrimEnd('.'), "correct it, or do without") { Code = CallLine.ServerError },
        _ => null,
    };

    private async Task<ServerKeeper> AdmitAsync(CancellationToken cancelled)
    {
        _caller = await session.KnowCallerAsync(cancelled).ConfigureAwait(false);
        ServerKeeper keeper = session.Find(request.Server) ?? throw Unknown();
        return keeper.Server.Allows(_caller, request.Offer, request.Name) ? keeper
            : throw new ToolException(new Refusal($"{Shown} is not permitted", $"the file of the server '{request.Server}' does not give it to your roles ({string.Join(", ", _caller.Roles)})", "do without, or ask the user")
            {
                Code = "ACCESS_DENIED", Rule = $"mcp.d/{request.Server}.json: {request.Offer.ToString().ToLowerInvariant()}",
            });
    }

    // Null: it is written.
    private Refusal? Note(string outcome)
    {
        try
        {
            setup.Log.Write(new CallLine(_start, _caller?.Uid, _caller?.KeyId ?? "", request.Method, Short(request.Server, MaxNoted), Short(request.Name, MaxNoted), JsonDigest.Of(request.Arguments), outcome, setup.Time.GetElapsedTime(_startedAt)));
            return null;
        }
        catch (IOException unwritten)
        {
            return Unwritten(unwritten);
        }
    }

    private static string Short(string text, int most) => text.Length <= most ? text : text[..most];

    private static Refusal Unwritten(IOException unwritten) =>
        new("nothing can be done now", $"the call cannot be written down: {unwritten.Message.TrimEnd('.')}", "tell the user") { Code = "AUDIT_UNAVAILABLE" };
}
