using AgentSandbox.Mcp.Answers;
using AgentSandbox.V1;

namespace AgentSandbox.Mcp.Tools;

/// <summary>The workspace that a call is about: the one that is named, else that of its jail.</summary>
internal static class WorkspaceTarget
{
    /// <summary>The arguments, as JSON Schema.</summary>
    public const string Arguments = """
        "workspace":{"type":"string","pattern":"^w-[a-z0-9]{1,32}$","description":"The workspace's id; left out: that of the jail."},
        "jail":{"type":"string","pattern":"^j-[a-z0-9]{1,32}$","description":"A jail with a workspace that outlives it; left out: your default jail."}
        """;

    /// <summary>The workspace's id.</summary>
    /// <exception cref="ToolException">The jail's workspace goes with it.</exception>
    public static async Task<string> FindAsync(ToolCall call)
    {
        if (call.Arguments.Text("workspace") is string named)
        {
            return named;
        }

        string jail = await call.JailAsync().ConfigureAwait(false);
        Jail found = await call.Session.Jails.GetJailAsync(new GetJailRequest { Id = jail }, cancellationToken: call.Cancelled).ConfigureAwait(false);
        return found.Workspace.Length > 0 ? found.Workspace
            : throw new ToolException(new Refusal("this workspace has no snapshots", $"the workspace of {jail} is memory that goes with the jail", "make a jail with a workspace that stays (jail_create with workspace new), copy the files there, and name that jail")
            {
                Code = "NO_WORKSPACE",
            });
    }
}
