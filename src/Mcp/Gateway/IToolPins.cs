using System.Collections.Immutable;

namespace AgentSandbox.Mcp.Gateway;

/// <summary>What the user has accepted of servers' tools: by tool, its hash.</summary>
public interface IToolPins
{
    /// <summary>The pins of a server; null: it was never seen.</summary>
    /// <exception cref="IOException">They cannot be read, or are not as they were written.</exception>
    ImmutableSortedDictionary<string, string>? Read(string server);

    /// <summary>Replaces the pins of a server.</summary>
    /// <exception cref="IOException">They cannot be written.</exception>
    void Write(string server, ImmutableSortedDictionary<string, string> pins);
}
