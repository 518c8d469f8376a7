using System.Collections.Immutable;
using AgentSandbox.Mcp.Answers;

namespace AgentSandbox.Mcp.Gateway;

/// <summary>Compares tools with what the user has accepted. What is seen of a server for the first time is accepted; what differs later is not, until the user says so.</summary>
internal static class ToolPinning
{
    /// <summary>Tools, and what they are.</summary>
    /// <param name="tools">The tools.</param>
    /// <param name="pins">What the user has accepted; null: nothing yet.</param>
    public static ImmutableArray<SeenTool> Compare(IEnumerable<DigestedTool> tools, ImmutableSortedDictionary<string, string>? pins) =>
        [.. tools.Select(one => new SeenTool(one.Tool, one.Digest, State(pins, one.Tool.Name, one.Digest)))];

    /// <summary>Tools, and what they are; all are accepted if this is the first time.</summary>
    /// <exception cref="ToolException">What was accepted cannot be read or written.</exception>
    public static ImmutableArray<SeenTool> CompareOrAccept(string server, IReadOnlyCollection<DigestedTool> tools, GatewaySetup setup)
    {
        try
        {
            if (setup.Pins.Read(server) is ImmutableSortedDictionary<string, string> pins)
            {
                return Compare(tools, pins);
            }

            ImmutableSortedDictionary<string, string> first = tools.ToImmutableSortedDictionary(tool => tool.Tool.Name, tool => tool.Digest, StringComparer.Ordinal);
            setup.Pins.Write(server, first);
            setup.Say($"{server} is seen for the first time: its {tools.Count} tools are accepted as they are now ('sandboxctl mcp tools {server}' lists them)");
            return Compare(tools, first);
        }
        catch (IOException unreadable)
        {
            throw new ToolException(new Refusal($"no tool of the MCP server '{server}' can be used", $"what the user has accepted of it cannot be read or written: {unreadable.Message.TrimEnd('.')}", "tell the user") { Code = "PINS_UNAVAILABLE" });
        }
    }

    private static ToolState State(ImmutableSortedDictionary<string, string>? pins, string name, string digest) =>
        pins is null || !pins.TryGetValue(name, out string? pinned) ? ToolState.New : pinned == digest ? ToolState.Pinned : ToolState.Changed;
}
