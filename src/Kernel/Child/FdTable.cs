using System.Runtime.InteropServices;

namespace AgentSandbox.Kernel.Child;

/// <summary>What a program names and gets at its launch: the parent's fds, and strings. It owns none of the fds.</summary>
public sealed class FdTable
{
    private readonly Dictionary<string, SafeHandle> _handles = [];
    private readonly Dictionary<string, string> _texts = [];

    /// <summary>The handle of <paramref name="slot"/>.</summary>
    /// <exception cref="KeyNotFoundException">The slot was not bound.</exception>
    public SafeHandle this[string slot]
    {
        get => _handles.TryGetValue(slot, out SafeHandle? handle) ? handle : throw new KeyNotFoundException($"the program names fd:{slot}, which is not bound");
        set => _handles[slot] = value;
    }

    /// <summary>Gives <paramref name="text"/> to every <see cref="SlotArg"/> of <paramref name="slot"/>.</summary>
    public void BindText(string slot, string text) => _texts[slot] = text;

    /// <summary>The string of <paramref name="slot"/>.</summary>
    /// <exception cref="KeyNotFoundException">The slot was not bound.</exception>
    internal string Text(string slot) =>
        _texts.TryGetValue(slot, out string? text) ? text : throw new KeyNotFoundException($"the program names the string {slot}, which is not bound");
}
