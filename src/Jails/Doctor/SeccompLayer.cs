using AgentSandbox.Kernel;

namespace AgentSandbox.Jails.Doctor;

/// <summary>The system call filter.</summary>
internal static class SeccompLayer
{
    private const string Remedy = "use a kernel with CONFIG_SECCOMP_FILTER, Linux 5.0 or later";

    private static readonly DoctorLayer s_layer = new("seccomp", "a jail could make every system call that the kernel has");

    /// <summary>The layer's finding.</summary>
    public static DoctorFinding Examine(HostFeatures host)
    {
        SeccompSupport seccomp = host.Seccomp;
        if (seccomp.Errno.Presence != Presence.Present)
        {
            return s_layer.Lacking("seccomp(SECCOMP_RET_ERRNO)", seccomp.Errno, Remedy);
        }

        if (seccomp.KillProcess.Presence != Presence.Present)
        {
            return s_layer.Lacking("seccomp(SECCOMP_RET_KILL_PROCESS)", seccomp.KillProcess, Remedy);
        }

        List<string> lacking = [];
        if (seccomp.UserNotif.Presence != Presence.Present)
        {
            lacking.Add("SECCOMP_RET_USER_NOTIF");
        }

        if (seccomp.Log.Presence != Presence.Present)
        {
            lacking.Add("SECCOMP_RET_LOG");
        }

        return lacking.Count == 0 ? s_layer.Present() : s_layer.Degraded($"without {string.Join(" and ", lacking)}", Remedy);
    }
}
