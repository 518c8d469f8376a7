using AgentSandbox.Kernel;

namespace AgentSandbox.Jails.Cgroups;

/// <summary>One value of a cgroup file.</summary>
/// <param name="File">The file: <c>memory.max</c>.</param>
/// <param name="Key">The line's key in a file of several lines (<c>254:0</c>, <c>default</c>); empty in a file of one value.</param>
/// <param name="Value">The value, as the kernel shows it.</param>
public sealed record CgroupWrite(string File, string Key, string Value)
{
    private const string NoLimits = "rbps=max wbps=max riops=max wiops=max";

    /// <summary>True: the value is what the cgroup has anyhow, so a kernel that lacks the file is no harm.</summary>
    public bool IsOptional { get; init; }

    /// <summary>The name that reports give the value: <c>memory.max</c>, <c>io.max 254:0</c>.</summary>
    public string Name => Key.Length == 0 ? File : $"{File} {Key}";

    /// <summary>What is written; an empty value as a line of its own, for the kernel does not see a write of nothing.</summary>
    internal string Line => Key.Length == 0 ? (Value.Length == 0 ? "\n" : Value) : $"{Key} {Value}";

    /// <summary>Writes it.</summary>
    /// <exception cref="SyscallException">The kernel refused it.</exception>
    internal void WriteTo(Cgroup cgroup)
    {
        if (!IsOptional || cgroup.Read(File) is not null)
        {
            cgroup.Write(File, Line);
        }
    }

    /// <summary>The value that the kernel has in its place; null if the file is absent.</summary>
    /// <remarks>io.max shows no line for a disk without limits. Source: cgroup-v2.rst, "IO Interface Files".</remarks>
    internal string? ReadFrom(Cgroup cgroup)
    {
        string? text = cgroup.Read(File);
        if (text is null || Key.Length == 0)
        {
            return text;
        }

        string? line = text.Split('\n').FirstOrDefault(l => l.StartsWith(Key + " ", StringComparison.Ordinal));
        return line is null ? NoLimits : line[(Key.Length + 1)..];
    }
}
