namespace AgentSandbox.Mcp.Files;

/// <summary>What a search found.</summary>
/// <param name="Path">The file.</param>
/// <param name="Line">The line, from 1 on; 0: the file itself, by its name.</param>
/// <param name="Text">The line, cut if it is long.</param>
internal readonly record struct FileMatch(string Path, int Line, string Text);
