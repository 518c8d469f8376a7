using System.Collections.Immutable;
using Microsoft.Win32.SafeHandles;

namespace AgentSandbox.Daemon.Handoff;

/// <summary>The files that a client handed over. Disposed, they are closed.</summary>
/// <param name="Files">Standard input, then output, then error: 1 to 3 of them.</param>
public sealed record HandedStdio(ImmutableArray<SafeFileHandle> Files) : IDisposable
{
    /// <summary>Standard input.</summary>
    public SafeFileHandle Stdin => Files[0];

    /// <summary>Standard output; null if the client keeps it.</summary>
    public SafeFileHandle? Stdout => Files.Length > 1 ? Files[1] : null;

    /// <summary>Standard error; null if the client keeps it.</summary>
    public SafeFileHandle? Stderr => Files.Length > 2 ? Files[2] : null;

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (SafeFileHandle file in Files)
        {
            file.Dispose();
        }
    }
}
