using System.Collections.Immutable;
using AgentSandbox.V1;

namespace AgentSandbox.Mcp.Gateway;

/// <summary>An MCP server that the administrator declared: what it runs, in which jail, and who may use what of it.</summary>
/// <param name="Name">The name of its file.</param>
/// <param name="Summary">What it is for.</param>
/// <param name="Start">What the daemon is asked to run, without the secrets.</param>
public sealed record JailedServer(string Name, string Summary, RunStart Start)
{
    /// <summary>The most that an answer of it may have if its file does not say, in bytes.</summary>
    public const long UsualResultLimit = 1024 * 1024;

    /// <summary>Variables whose values lie in files of the user's: name and path.</summary>
    public ImmutableSortedDictionary<string, string> Secrets { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>By role, the tools that it may use: names, or beginnings of names with a star; null: all roles may use all.</summary>
    public ImmutableDictionary<string, ImmutableArray<string>>? Tools { get; init; }

    /// <summary>The most that an answer of it may have, in bytes.</summary>
    public long ResultLimit { get; init; } = UsualResultLimit;

    /// <summary>Whether roles may use a tool.</summary>
    public bool Allows(IEnumerable<string> roles, string tool) => Tools is null || Patterns(roles).Any(pattern => pattern.EndsWith('*') ? tool.StartsWith(pattern[..^1], StringComparison.Ordinal) : tool == pattern);

    /// <summary>Whether roles may use any of its tools.</summary>
    public bool AllowsSome(IEnumerable<string> roles) => Tools is null || Patterns(roles).Any();

    private IEnumerable<string> Patterns(IEnumerable<string> roles) => roles.SelectMany(role => Tools!.GetValueOrDefault(role, []));
}
