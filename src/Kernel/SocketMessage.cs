using System.Collections.Immutable;
using Microsoft.Win32.SafeHandles;

namespace AgentSandbox.Kernel;

/// <summary>What came by a Unix socket. Disposed, it closes the fds that came with it.</summary>
/// <param name="Length">How many bytes came; of a stream, 0 is its end.</param>
/// <param name="Fds">The fds that came with them, close-on-exec.</param>
public sealed record SocketMessage(int Length, ImmutableArray<SafeFileHandle> Fds) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (SafeFileHandle fd in Fds)
        {
            fd.Dispose();
        }
    }
}
