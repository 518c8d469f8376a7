using System.Collections.Immutable;
using AgentSandbox.Jails.Cgroups;
using AgentSandbox.Jails.Plan;
using Microsoft.Win32.SafeHandles;

namespace AgentSandbox.Jails.Proof;

/// <summary>The reading of a jail's proof in two parts: what is final when its PID 1 is in its user namespace, for nothing in there has power over mounts and
/// namespaces; and what is final with the execve. The first is read while the execve is under way.</summary>
internal sealed class JailReading : IDisposable
{
    private const string EnteredAtExec = "time";

    private readonly SafeFileHandle _process;
    private readonly ImmutableSortedDictionary<string, string>.Builder _namespaces = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
    private readonly ImmutableArray<MountEntry> _mounts;

    private JailReading(SafeFileHandle process)
    {
        _process = process;
        ReadNamespaces(kind => kind != EnteredAtExec);
        _mounts = MountEntry.ParseAll(ProcFile.Read(process, "mountinfo"));
    }

    /// <summary>Reads what is final once PID 1 is in its user namespace. The caller disposes it.</summary>
    internal static JailReading Begin(int pid)
    {
        SafeFileHandle process = ProcFile.Open(pid);
        try
        {
            return new JailReading(process);
        }
        catch
        {
            process.Dispose();
            throw;
        }
    }

    /// <summary>Waits until the execve is complete, and reads the rest.</summary>
    internal JailProof Complete(JailSpec spec, JailCgroup? cgroup)
    {
        ProcFile.WaitForExec(_process);
        ReadNamespaces(kind => kind == EnteredAtExec);
        return new()
        {
            Namespaces = _namespaces.ToImmutable(),
            Init = ProcessStatus.Read(_process),
            UidMap = JailProof.Words(ProcFile.Read(_process, "uid_map")),
            GidMap = JailProof.Words(ProcFile.Read(_process, "gid_map")),
            Mounts = _mounts,
            LandlockAbi = spec.LandlockAbi,
            Cgroup = cgroup?.Read() ?? ImmutableSortedDictionary<string, string>.Empty,
        };
    }

    public void Dispose() => _process.Dispose();

    private void ReadNamespaces(Func<string, bool> which)
    {
        foreach (string kind in JailProof.Kinds.Where(which))
        {
            _namespaces[kind] = ProcFile.ReadLink(_process, $"ns/{kind}");
        }
    }
}
