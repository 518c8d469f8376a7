using AgentSandbox.Mcp.Session;

namespace AgentSandbox.Mcp.Tools;

/// <summary>One call of a tool.</summary>
/// <param name="Session">Whose.</param>
/// <param name="Arguments">Its arguments.</param>
/// <param name="Progress">Where its progress goes.</param>
/// <param name="Cancelled">Signalled when nobody wants its answer any more.</param>
internal sealed record ToolCall(SandboxSession Session, Arguments Arguments, ProgressReport Progress, CancellationToken Cancelled)
{
    /// <summary>The id of the jail that it is about: the one that is named, else the session's default jail.</summary>
    public Task<string> JailAsync() => Arguments.Text("jail") is string named ? Task.FromResult(named) : Session.Defaults.GetAsync(Session.Template.Profile, Cancelled);
}
