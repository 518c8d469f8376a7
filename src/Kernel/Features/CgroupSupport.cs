using System.Collections.Immutable;
using System.Text;

namespace AgentSandbox.Kernel;

/// <summary>The cgroup v2 hierarchy of this host.</summary>
/// <remarks>Source: cgroup-v2.rst.</remarks>
public sealed record CgroupSupport
{
    /// <summary>The first part of the name of a cgroup that a probe makes; its process id follows.</summary>
    internal const string ProbeName = "agent-sandbox-probe-";

    /// <summary>What is mounted.</summary>
    public required CgroupLayout Layout { get; init; }

    /// <summary>Where version 2 is mounted; null if it is not.</summary>
    public required string? MountPoint { get; init; }

    /// <summary>The controllers that can be used at <see cref="MountPoint"/>: <c>cpu</c>, <c>memory</c>.</summary>
    public required ImmutableArray<string> Controllers { get; init; }

    /// <summary>Whether this process may make cgroups at <see cref="MountPoint"/>.</summary>
    public required Presence Writable { get; init; }

    /// <summary><c>cgroup.kill</c>. Since Linux 5.14.</summary>
    public required Presence Kill { get; init; }

    /// <summary><c>cgroup.freeze</c>. Since Linux 5.2.</summary>
    public required Presence Freeze { get; init; }

    internal static CgroupSupport Probe(string proc)
    {
        List<(string Type, string Point)> mounts = [.. ReadMounts(Path.Combine(proc, "self/mountinfo"))];
        string? point = mounts.Find(mount => mount.Type == "cgroup2").Point;
        bool legacy = mounts.Exists(mount => mount.Type == "cgroup");
        if (point is null)
        {
            return new()
            {
                Layout = legacy ? CgroupLayout.Legacy : CgroupLayout.None,
                MountPoint = null,
                Controllers = [],
                Writable = Presence.Missing,
                Kill = Presence.Unknown,
                Freeze = Presence.Unknown,
            };
        }

        Presence writable = ProbeWritable(point);
        (Presence kill, Presence freeze) = ProbeChildFiles(point, mayMake: writable == Presence.Present);
        return new()
        {
            Layout = legacy ? CgroupLayout.Hybrid : CgroupLayout.Unified,
            MountPoint = point,
            Controllers = [.. (HostFile.ReadWords(Path.Combine(point, "cgroup.controllers")) ?? []).Order(StringComparer.Ordinal)],
            Writable = writable,
            Kill = kill,
            Freeze = freeze,
        };
    }

    // 36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue
    // (1)(2)(3)   (4)   (5)      (6)      (7)   (8) (9)   (10)         (11)
    // Source: proc_pid_mountinfo(5). (7) is none or several fields, so (9) is found from (8).
    private static IEnumerable<(string Type, string Point)> ReadMounts(string mountinfo)
    {
        foreach (string line in HostFile.ReadLines(mountinfo))
        {
            string[] fields = line.Split(' ');
            int separator = Array.IndexOf(fields, "-", startIndex: Math.Min(6, fields.Length));
            if (separator > 0 && separator + 1 < fields.Length)
            {
                yield return (fields[separator + 1], MountInfo.Unescape(fields[4]));
            }
        }
    }

    // A read-only mount refuses root too.
    private static unsafe Presence ProbeWritable(string folder)
    {
        fixed (byte* path = Encoding.UTF8.GetBytes(folder + '\0'))
        {
            return SyscallProbe.Call(Syscall.faccessat, Libc.AT_FDCWD, (nint)path, Libc.W_OK) switch
            {
                Errno.None => Presence.Present,
                Errno.EACCES or Errno.EROFS or Errno.EPERM => Presence.Missing,
                _ => Presence.Unknown,
            };
        }
    }

    // The root cgroup has neither file. Any other cgroup shows them; only where there is none is one made, for a moment.
    private static (Presence Kill, Presence Freeze) ProbeChildFiles(string root, bool mayMake)
    {
        try
        {
            if (Directory.EnumerateDirectories(root).FirstOrDefault(IsCgroup) is string child)
            {
                return ReadChildFiles(child);
            }

            return mayMake ? ReadNewChildFiles(root) : (Presence.Unknown, Presence.Unknown);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return (Presence.Unknown, Presence.Unknown);
        }
    }

    private static (Presence Kill, Presence Freeze) ReadNewChildFiles(string root)
    {
        string child = Path.Combine(root, $"{ProbeName}{Environment.ProcessId}-{Guid.NewGuid():N}");
        Directory.CreateDirectory(child);
        try
        {
            return ReadChildFiles(child);
        }
        finally
        {
            Directory.Delete(child);
        }
    }

    private static (Presence Kill, Presence Freeze) ReadChildFiles(string cgroup)
    {
        Presence kill = Has("cgroup.kill");
        Presence freeze = Has("cgroup.freeze");
        return IsCgroup(cgroup) ? (kill, freeze) : (Presence.Unknown, Presence.Unknown); // looked at last: it can vanish meanwhile

        Presence Has(string file) => File.Exists(Path.Combine(cgroup, file)) ? Presence.Present : Presence.Missing;
    }

    private static bool IsCgroup(string folder) => File.Exists(Path.Combine(folder, "cgroup.procs"));
}
