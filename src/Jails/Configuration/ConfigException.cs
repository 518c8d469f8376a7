namespace AgentSandbox.Jails.Configuration;

/// <summary>A configuration file that was refused: in which file and line, which field, and why.</summary>
/// <param name="file">The file's name.</param>
/// <param name="line">The line, from 1.</param>
/// <param name="field">The field: <c>limits.defaults.memory</c>.</param>
/// <param name="reason">What is wrong with it and what would be accepted.</param>
public sealed class ConfigException(string file, int line, string field, string reason) : Exception($"{file}:{line}: {field}: {reason}")
{
    /// <summary>The file's name.</summary>
    public string File { get; } = file;

    /// <summary>The line, from 1.</summary>
    public int Line { get; } = line;

    /// <summary>The field.</summary>
    public string Field { get; } = field;

    /// <summary>What is wrong with it.</summary>
    public string Reason { get; } = reason;
}
