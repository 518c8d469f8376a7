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

    /// <summary>Whether a caller may use a tool. An API key narrows: with one, each of its roles and of its user's must give the tool.</summary>
    public bool Allows(WhoamiResponse caller, string tool) => Tools is null
        || (caller.KeyId.Length == 0 ? caller.Roles.Any(role => Gives(role, tool)) : caller.Roles.Count > 0 && caller.Roles.All(role => Gives(role, tool)));

    /// <summary>Whether a caller has a role that may use any of its tools.</summary>
    public bool AllowsSome(WhoamiResponse caller) => Tools is null || caller.Roles.Any(Tools.ContainsKey);

    private bool Gives(string role, string tool) =>
        Tools!.GetValueOrDefault(role, []).Any(pattern => pattern.EndsWith('*') ? tool.StartsWith(pattern[..^1], StringComparison.Ordinal) : tool == pattern);
}
