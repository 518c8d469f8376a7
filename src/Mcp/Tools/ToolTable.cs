using System.Collections.Immutable;
using AgentSandbox.Mcp.Answers;
using AgentSandbox.V1;
using Grpc.Core;
using ModelContextProtocol;

namespace AgentSandbox.Mcp.Tools;

/// <summary>The tools of the server.</summary>
internal static class ToolTable
{
    /// <summary>All of them, in the order in which clients get them.</summary>
    public static ImmutableArray<SandboxTool> All { get; } =
    [
        new RunCommandTool(), new RunCodeTool(), new CommandStatusTool(), new CommandOutputTool(), new CommandSignalTool(),
        new ReadFileTool(), new WriteFileTool(), new EditFileTool(), new ListFilesTool(), new SearchFilesTool(),
        new JailCreateTool(), new JailListTool(), new JailInspectTool(), new JailDeleteTool(),
        new WorkspaceSnapshotTool(), new WorkspaceDiffTool(), new WorkspaceRollbackTool(), new WorkspaceForkTool(),
    ];

    private static readonly Dictionary<string, SandboxTool> s_byName = All.ToDictionary(tool => tool.Definition.Name, StringComparer.Ordinal);

    /// <summary>Those that a caller may use; all if it is not known who it is.</summary>
    public static IEnumerable<SandboxTool> For(WhoamiResponse? caller) => All.Where(tool => caller is null || tool.Definition.Permissions.All(caller.Permissions.Contains));

    /// <summary>Calls one. What it refuses, and what the daemon refuses, is an answer.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="begin">Makes the call of its arguments' schema.</param>
    /// <exception cref="McpProtocolException">There is no such tool.</exception>
    public static async Task<ToolAnswer> CallAsync(string name, Func<ToolDefinition, ToolCall> begin)
    {
        if (!s_byName.TryGetValue(name, out SandboxTool? tool))
        {
            throw new McpProtocolException($"there is no tool '{name}'", McpErrorCode.InvalidParams);
        }

        ToolCall? call = null;
        try
        {
            call = begin(tool.Definition);
            return await tool.CallAsync(call).ConfigureAwait(false);
        }
        catch (ToolException refused)
        {
            return ToolAnswer.Refused(refused.Refusal);
        }
        catch (RpcException refused) when (call is null || !call.Cancelled.IsCancellationRequested)
        {
            return ToolAnswer.Refused(await ExplainAsync(refused, call).ConfigureAwait(false));
        }
    }

    // A default jail that is gone is told as that, and made anew at the next call.
    private static async Task<Refusal> ExplainAsync(RpcException refused, ToolCall? call)
    {
        Refusal refusal = Refusals.Of(refused);
        string? jail = call is null || call.Arguments.Text("jail") is not null || refusal.Code != "NOT_FOUND" ? null : call.Session.Defaults.Find(call.Session.Template.Profile);
        return jail is not null && await IsGoneAsync(call!, jail).ConfigureAwait(false) && await call!.Session.Defaults.ForgetAsync(jail).ConfigureAwait(false)
            ? new Refusal("your default jail is gone", $"{jail} has ended, with its files", "call again: a new default jail is made") { Code = "JAIL_ENDED" }
            : refusal;
    }

    private static async Task<bool> IsGoneAsync(ToolCall call, string jail)
    {
        try
        {
            await call.Session.Jails.GetJailAsync(new GetJailRequest { Id = jail }).ConfigureAwait(false);
            return false;
        }
        catch (RpcException failure)
        {
            return failure.StatusCode is StatusCode.NotFound or StatusCode.PermissionDenied; // who may not look cannot tell: a new one does no harm
        }
    }
}
