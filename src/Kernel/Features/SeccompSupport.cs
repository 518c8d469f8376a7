namespace AgentSandbox.Kernel;

/// <summary>Which answers a seccomp filter can give here.</summary>
/// <param name="Errno"><c>SECCOMP_RET_ERRNO</c>: refuse with an errno.</param>
/// <param name="KillProcess"><c>SECCOMP_RET_KILL_PROCESS</c>.</param>
/// <param name="UserNotif"><c>SECCOMP_RET_USER_NOTIF</c>: ask the supervisor.</param>
/// <param name="Log"><c>SECCOMP_RET_LOG</c>: allow and log.</param>
/// <remarks>Source: seccomp(2), SECCOMP_GET_ACTION_AVAIL (since Linux 4.14).</remarks>
public readonly record struct SeccompSupport(ProbeResult Errno, ProbeResult KillProcess, ProbeResult UserNotif, ProbeResult Log)
{
    internal static SeccompSupport Probe() => new(
        ProbeAction(Libc.SECCOMP_RET_ERRNO),
        ProbeAction(Libc.SECCOMP_RET_KILL_PROCESS),
        ProbeAction(Libc.SECCOMP_RET_USER_NOTIF),
        ProbeAction(Libc.SECCOMP_RET_LOG));

    private static unsafe ProbeResult ProbeAction(uint action)
    {
        Errno answer = SyscallProbe.Call(Syscall.seccomp, (nint)Libc.SECCOMP_GET_ACTION_AVAIL, 0, (nint)(&action));
        return answer == Kernel.Errno.EOPNOTSUPP
            ? new(Presence.Missing, answer)
            : ProbeResult.From(answer, refusal: Kernel.Errno.None);
    }
}
