using System.Text.Json.Nodes;
using AgentSandbox.Mcp.Answers;
using AgentSandbox.V1;

namespace AgentSandbox.Mcp.Tools;

/// <summary><c>jail_delete</c>: ends a jail.</summary>
internal sealed class JailDeleteTool() : SandboxTool(new ToolDefinition(
    "jail_delete",
    "End a jail",
    ToolKind.Replaces,
    ["jail.delete"],
    "Ends all that runs in a jail, and the jail with its files (not with a workspace that outlives it). The next use of a default jail makes a new, empty one.",
    """{"jail":{"type":"string","pattern":"^j-[a-z0-9]{1,32}$","description":"The jail's id."}}""",
    ["jail"],
    """{"jail":{"type":"string"},"was_default":{"type":"boolean","description":"True: it was a default jail of this session."}}""",
    ["jail", "was_default"]))
{
    public override async Task<ToolAnswer> CallAsync(ToolCall call)
    {
        string jail = call.Arguments.Required("jail");
        await call.Session.Jails.DeleteJailAsync(new DeleteJailRequest { Id = jail }, cancellationToken: call.Cancelled).ConfigureAwait(false);
        bool wasDefault = await call.Session.Defaults.ForgetAsync(jail).ConfigureAwait(false);
        return new ToolAnswer($"{jail} is gone.", new JsonObject { ["jail"] = jail, ["was_default"] = wasDefault });
    }
}
