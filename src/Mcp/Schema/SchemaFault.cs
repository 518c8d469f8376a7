namespace AgentSandbox.Mcp.Schema;

/// <summary>Where a value differs from its schema, and how.</summary>
/// <param name="Path">Where: <c>edits[0].old_text</c>; empty: the value itself.</param>
/// <param name="Message">What is wrong with it, and what it must be.</param>
internal sealed record SchemaFault(string Path, string Message)
{
    public override string ToString() => Path.Length == 0 ? Message : $"{Path}: {Message}";
}
