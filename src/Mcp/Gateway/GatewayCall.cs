using System.Collections.Immutable;
using System.Diagnostics;
using AgentSandbox.Mcp.Answers;
using AgentSandbox.Mcp.Tools;
using AgentSandbox.V1;
using Grpc.Core;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace AgentSandbox.Mcp.Gateway;

/// <summary>One call of a tool through the gateway: who calls, may it, is the tool as it was accepted, are the arguments as it wants them; then the server has it. Each call is written down.</summary>
/// <param name="session">Whose.</param>
/// <param name="setup">What the gateway works with.</param>
/// <param name="call">The call.</param>
internal sealed class GatewayCall(GatewaySession session, GatewaySetup setup, CallToolRequestParams call)
{
    private const int MaxNoted = 200;
    private const int MaxError = 1000;

    private readonly DateTimeOffset _start = setup.Time.GetUtcNow();
    private readonly long _startedAt = setup.Time.GetTimestamp();
    private WhoamiResponse? _caller;

    /// <summary>Makes it. What is refused is an answer.</summary>
    public async Task<CallToolResult> RunAsync(CancellationToken cancelled)
    {
        try
        {
            setup.Log.Check(); // what cannot be written down is not done
        }
        catch (IOException unwritten)
        {
            return Unwritten(unwritten);
        }

        try
        {
            CallToolResult result = await AnswerAsync(cancelled).ConfigureAwait(false);
            return Note(result.IsError == true ? "tool-error" : "ok") ?? result;
        }
        catch (ToolException refused)
        {
            return Note(refused.Refusal.Code) ?? Refuse(refused.Refusal);
        }
        catch (RpcException refused) when (!cancelled.IsCancellationRequested)
        {
            Refusal refusal = Refusals.Of(refused);
            return Note(refusal.Code) ?? Refuse(refusal);
        }
        catch (McpException refused)
        {
            return Note("tool-error") ?? Refuse(new Refusal($"{Server} refuses the call", Short(refused.Message, MaxError).TrimEnd('.'), "correct it, or do without"));
        }
        catch (OperationCanceledException) when (cancelled.IsCancellationRequested)
        {
            Note("cancelled");
            throw;
        }
        catch
        {
            Note("failed");
            throw;
        }
    }

    private string Server => call.Name.IndexOf(GatewaySession.Separator, StringComparison.Ordinal) is > 0 and int end ? call.Name[..end] : "";

    private string Tool => Server.Length == 0 ? call.Name : call.Name[(Server.Length + GatewaySession.Separator.Length)..];

    private async Task<CallToolResult> AnswerAsync(CancellationToken cancelled)
    {
        _caller = await session.WhoamiAsync(cancelled).ConfigureAwait(false);
        ServerKeeper keeper = session.Find(Server) ?? throw Unknown();
        if (!keeper.Server.Allows(_caller, Tool))
        {
            throw new ToolException(new Refusal($"{Shown} is not permitted", $"the file of the server '{Server}' does not give it to your roles ({string.Join(", ", _caller.Roles)})", "do without, or ask the user")
            {
                Code = "ACCESS_DENIED", Rule = $"mcp.d/{Server}.json: tools",
            });
        }

        return await keeper.WithAsync(
            async running =>
            {
                ImmutableArray<SeenTool> tools = ToolPinning.CompareOrAccept(Server, await running.ListAsync(isFresh: false, cancelled).ConfigureAwait(false), setup);
                SeenTool seen = tools.FirstOrDefault(one => one.Tool.Name == Tool) ?? throw Unknown();
                if (seen.State != ToolState.Pinned)
                {
                    throw new ToolException(new Refusal(
                        $"{Shown} is not offered", seen.State == ToolState.New ? "the user has not accepted it yet" : "it is not as the user accepted it", $"have the user look at it with 'sandboxctl mcp tools {Server}', then 'sandboxctl mcp approve {Server} {Tool}'")
                    {
                        Code = "TOOL_NOT_APPROVED",
                    });
                }

                Arguments.Check(Shown, seen.Tool.InputSchema, call.Arguments);
                return ResultCut.Of(await running.CallAsync(Tool, call.Arguments, cancelled).ConfigureAwait(false), keeper.Server.ResultLimit);
            },
            cancelled).ConfigureAwait(false);
    }

    private string Shown => Short(call.Name, MaxNoted);

    private ToolException Unknown() => new(new Refusal($"there is no tool '{Shown}'", "no server that is declared has it", "list the tools again") { Code = "NOT_FOUND" });

    // Null: it is written.
    private CallToolResult? Note(string outcome)
    {
        CallLine line = new(_start, _caller?.Uid, _caller?.KeyId ?? "", Short(Server, MaxNoted), Short(Tool, MaxNoted), JsonDigest.Of(call.Arguments), outcome, setup.Time.GetElapsedTime(_startedAt));
        try
        {
            setup.Log.Write(line);
            return null;
        }
        catch (IOException unwritten)
        {
            return Unwritten(unwritten);
        }
    }

    private static string Short(string text, int most) => text.Length <= most ? text : text[..most];

    private static CallToolResult Unwritten(IOException unwritten) =>
        Refuse(new Refusal("nothing can be done now", $"the call cannot be written down: {unwritten.Message.TrimEnd('.')}", "tell the user") { Code = "AUDIT_UNAVAILABLE" });

    // No object: it would not be as the tool's own schema says.
    private static CallToolResult Refuse(Refusal refusal) => new() { Content = [new TextContentBlock { Text = refusal.Text }], IsError = true };
}
