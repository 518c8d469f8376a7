using AgentSandbox.V1;

namespace AgentSandbox.Ctl.Servers;

/// <summary>An MCP server that the administrator declared: what it runs, and in which jail.</summary>
/// <param name="Name">The name of its file.</param>
/// <param name="Summary">What it is for.</param>
/// <param name="Start">What the daemon is asked to run.</param>
internal sealed record JailedServer(string Name, string Summary, RunStart Start);
