using AgentSandbox.Kernel;

namespace AgentSandbox.Jails.Cgroups.Usage;

/// <summary>What a cgroup uses and used. What the host does not count is null.</summary>
/// <param name="Cpu">CPU time.</param>
/// <param name="Memory">Memory; null without the controller.</param>
/// <param name="Pids">Processes and threads; null without the controller.</param>
/// <param name="Io">Disk traffic; null without the controller.</param>
/// <param name="CpuPressure">How long it waited for a CPU; this and the next two are null in a kernel without PSI.</param>
/// <param name="MemoryPressure">How long it waited for memory.</param>
/// <param name="IoPressure">How long it waited for disks.</param>
public sealed record CgroupUsage(
    CpuUsage Cpu, MemoryUsage? Memory, PidsUsage? Pids, IoUsage? Io, Pressure? CpuPressure, Pressure? MemoryPressure, Pressure? IoPressure)
{
    /// <summary>Reads it. The files are read one after the other: figures can be some microseconds apart.</summary>
    /// <exception cref="SyscallException">ENODEV: the cgroup is gone.</exception>
    public static CgroupUsage Read(Cgroup cgroup) => new(
        CpuUsage.Parse(cgroup.Read("cpu.stat") ?? ""),
        cgroup.Read("memory.current") is string current
            ? MemoryUsage.Parse(current, cgroup.Read("memory.peak"), cgroup.Read("memory.stat") ?? "", cgroup.Read("memory.swap.current"), cgroup.Read("memory.events") ?? "")
            : null,
        cgroup.Read("pids.current") is string pids ? PidsUsage.Parse(pids, cgroup.Read("pids.peak"), cgroup.Read("pids.events") ?? "") : null,
        cgroup.Read("io.stat") is string io ? IoUsage.Parse(io) : null,
        ReadPressure(cgroup, "cpu.pressure"),
        ReadPressure(cgroup, "memory.pressure"),
        ReadPressure(cgroup, "io.pressure"));

    // A kernel that was booted with psi=0 has the files, and refuses to read them.
    private static Pressure? ReadPressure(Cgroup cgroup, string file)
    {
        try
        {
            return cgroup.Read(file) is string text ? Pressure.Parse(text) : null;
        }
        catch (SyscallException off) when (off.Errno == Errno.EOPNOTSUPP)
        {
            return null;
        }
    }
}
