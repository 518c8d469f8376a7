namespace AgentSandbox.Daemon.Commands;

/// <summary>A standard stream that a command writes. On a terminal all is <see cref="Stdout"/>.</summary>
internal enum OutputStream
{
    /// <summary>Standard output.</summary>
    Stdout,

    /// <summary>Standard error.</summary>
    Stderr,
}
