using System.Runtime.InteropServices;

namespace AgentSandbox.Kernel.Child;

/// <summary>The parent's fds that a program names. It owns none of them.</summary>
public sealed class FdTable
{
    private readonly Dictionary<string, SafeHandle> _handles = [];

    /// <summary>The handle of <paramref name="slot"/>.</summary>
    /// <exception cref="KeyNotFoundException">The slot was not bound.</exception>
    public SafeHandle this[string slot]
    {
        get => _handles.TryGetValue(slot, out SafeHandle? handle) ? handle : throw new KeyNotFoundException($"the program names fd:{slot}, which is not bound");
        set => _handles[slot] = value;
    }
}
