namespace AgentSandbox.Tests.Unit.Kernel;

/// <summary>Folders that stand for /proc, /sys and a cgroup mount. Disposing removes them.</summary>
internal sealed class FakeHost : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("fake host ").FullName; // the blank is escaped in mountinfo

    /// <summary>In place of /proc.</summary>
    public string Proc => Path.Combine(_root, "proc");

    /// <summary>In place of /sys.</summary>
    public string Sys => Path.Combine(_root, "sys");

    /// <summary>In place of the cgroup v2 mount.</summary>
    public string Cgroup => Path.Combine(_root, "cgroup");

    /// <summary>The mount point of <see cref="Cgroup"/> as mountinfo writes it.</summary>
    public string CgroupEscaped => Cgroup.Replace(" ", "\\040", StringComparison.Ordinal);

    /// <summary>Writes a file, with the folders above it.</summary>
    public FakeHost Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return this;
    }

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(_root, recursive: true);
}
