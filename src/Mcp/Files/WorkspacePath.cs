using AgentSandbox.Mcp.Answers;

namespace AgentSandbox.Mcp.Files;

/// <summary>Paths as models write them, as the daemon takes them: relative to the workspace.</summary>
internal static class WorkspacePath
{
    /// <summary>What a path argument is, as JSON Schema.</summary>
    public const string Schema = """{"type":"string","maxLength":4096,"description":"In the workspace: src/main.py, or /workspace/src/main.py."}""";

    private const string Root = "/workspace";

    /// <summary>A path as the daemon takes it; empty: the workspace.</summary>
    /// <exception cref="ToolException">It is elsewhere.</exception>
    public static string Of(string path)
    {
        string rest = path == Root ? "" : path.StartsWith(Root + "/", StringComparison.Ordinal) ? path[(Root.Length + 1)..] : path;
        string[] parts = [.. rest.Split('/').Where(part => part.Length > 0 && part != ".")];
        return rest.StartsWith('/') || parts.Contains("..")
            ? throw new ToolException(new Refusal("that is not in the workspace", $"'{path}' is not below {Root}", "use a path in the workspace; run_command reads what the jail has elsewhere") { Code = "OUTSIDE_WORKSPACE" })
            : string.Join('/', parts);
    }
}
