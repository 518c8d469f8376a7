using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace AgentSandbox.Kernel;

/// <summary>Terminals: the pair that a jail's command gets, and the one that this process has.</summary>
public static unsafe class Terminal
{
    /// <summary>Opens a new terminal of the devpts that is mounted in a jail. The caller disposes both sides.</summary>
    /// <param name="root">The jail's root directory.</param>
    /// <returns>The side that we read and write, and the side that the command gets.</returns>
    /// <exception cref="SyscallException">ENOENT: the jail has no terminals. ENOSPC: it has too many.</exception>
    /// <remarks>The command's side comes from the other by ioctl, never by a path. Source: TIOCGPTPEER(2const).</remarks>
    public static (SafeFileHandle Master, SafeFileHandle Peer) OpenPair(SafeFileHandle root)
    {
        const ulong Inside = Libc.RESOLVE_BENEATH | Libc.RESOLVE_NO_SYMLINKS;
        SafeFileHandle master = Files.OpenAt(root, "dev/pts/ptmx", Libc.O_RDWR | Libc.O_NOCTTY, Inside);
        try
        {
            using FdLease fd = new(master);
            int unlocked = 0;
            Control(fd.Value, Libc.TIOCSPTLCK, &unlocked, nameof(Libc.TIOCSPTLCK));
            int peer = Control(fd.Value, Libc.TIOCGPTPEER, (void*)(Libc.O_RDWR | Libc.O_NOCTTY | Libc.O_CLOEXEC), nameof(Libc.TIOCGPTPEER));
            return (master, new SafeFileHandle(peer, ownsHandle: true));
        }
        catch
        {
            master.Dispose();
            throw;
        }
    }

    /// <summary>True if <paramref name="file"/> is a terminal.</summary>
    public static bool IsTerminal(SafeFileHandle file)
    {
        using FdLease fd = new(file);
        return Libc.isatty(fd.Value) == 1;
    }

    /// <summary>Gives <paramref name="to"/> the size of <paramref name="from"/>; whoever runs in it gets SIGWINCH.</summary>
    /// <exception cref="SyscallException">ENOTTY: one is no terminal.</exception>
    public static void CopySize(SafeFileHandle from, SafeFileHandle to)
    {
        using FdLease source = new(from);
        using FdLease target = new(to);
        winsize size = default;
        Control(source.Value, Libc.TIOCGWINSZ, &size, nameof(Libc.TIOCGWINSZ));
        Control(target.Value, Libc.TIOCSWINSZ, &size, nameof(Libc.TIOCSWINSZ));
    }

    /// <summary>Lets every byte through <paramref name="terminal"/> as it is, until the result is disposed.</summary>
    /// <exception cref="SyscallException">ENOTTY: it is no terminal.</exception>
    public static IDisposable EnterRawMode(SafeFileHandle terminal)
    {
        using FdLease fd = new(terminal);
        termios settings = default;
        if (Libc.tcgetattr(fd.Value, &settings) != 0)
        {
            throw SyscallException.Last("tcgetattr");
        }

        termios raw = settings;
        Libc.cfmakeraw(&raw);
        RawMode mode = new(terminal, settings);
        return Libc.tcsetattr(fd.Value, Libc.TCSADRAIN, &raw) == 0 ? mode : throw SyscallException.Last("tcsetattr");
    }

    private static int Control(int fd, uint request, void* argument, string name)
    {
        int result = Libc.ioctl(fd, request, argument);
        return result < 0 ? throw SyscallException.Last("ioctl", name) : result;
    }

    private sealed class RawMode(SafeFileHandle terminal, termios before) : IDisposable
    {
        public void Dispose()
        {
            using FdLease fd = new(terminal);
            termios settings = before;
            if (Libc.tcsetattr(fd.Value, Libc.TCSADRAIN, &settings) != 0)
            {
                throw SyscallException.Last("tcsetattr");
            }
        }
    }
}
