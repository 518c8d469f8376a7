using System.Runtime.InteropServices;

namespace AgentSandbox.Kernel;

// signal.h, linux/signal.h
public static partial class Libc
{
    public const int SIGHUP = 1;
    public const int SIGINT = 2;
    public const int SIGQUIT = 3;
    public const int SIGKILL = 9;
    public const int SIGPIPE = 13;
    public const int SIGTERM = 15;
    public const int SIGCHLD = 17;
    public const int SIGSTOP = 19;
    public const int SIGWINCH = 28;

    public const int SIG_SETMASK = 2;
    public const uint PIDFD_SIGNAL_PROCESS_GROUP = 4; // Since Linux 6.9
    public const nint SIG_DFL = 0;
    public const nint SIG_IGN = 1;

    [LibraryImport("libc", SetLastError = true)]
    internal static unsafe partial int pidfd_send_signal(int pidfd, int signal, void* info, uint flags);
}

/// <summary>What a signal does, as the kernel's own call takes it.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct sigaction
{
    public nint sa_handler;
    public ulong sa_flags;
    public nint sa_restorer;
    public ulong sa_mask;
}
