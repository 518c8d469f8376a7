using AgentSandbox.V1;

namespace AgentSandbox.Mcp.Gateway;

/// <summary>Who the daemon said that the caller is.</summary>
/// <param name="Caller">What it said.</param>
/// <param name="Since">When it was asked, as a timestamp of the clock.</param>
internal sealed record KnownCaller(WhoamiResponse Caller, long Since);
