using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace AgentSandbox.Kernel;

/// <summary>Terminals: the pair that a jail's command gets, and the one that this process has.</summary>
public static unsafe class Terminal
{
    /// <summary>What stands for the end of input on a new terminal: Ctrl-D.</summary>
    /// <remarks>Source: termios(3), "VEOF".</remarks>
    public static ReadOnlyMemory<byte> EndOfInput { get; } = new byte[] { 4 };

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
        termios settings;
        return Libc.ioctl(fd.Value, Libc.TCGETS, &settings) == 0;
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

    /// <summary>The size of <paramref name="terminal"/> in characters; 0 where it does not know.</summary>
    /// <exception cref="SyscallException">ENOTTY: it is no terminal.</exception>
    public static (ushort Rows, ushort Columns) GetSize(SafeFileHandle terminal)
    {
        using FdLease fd = new(terminal);
        winsize size = default;
        Control(fd.Value, Libc.TIOCGWINSZ, &size, nameof(Libc.TIOCGWINSZ));
        return (size.ws_row, size.ws_col);
    }

    /// <summary>Gives <paramref name="terminal"/> a size in characters; whoever runs in it gets SIGWINCH.</summary>
    /// <exception cref="SyscallException">ENOTTY: it is no terminal.</exception>
    public static void SetSize(SafeFileHandle terminal, ushort rows, ushort columns)
    {
        using FdLease fd = new(terminal);
        winsize size = new() { ws_row = rows, ws_col = columns };
        Control(fd.Value, Libc.TIOCSWINSZ, &size, nameof(Libc.TIOCSWINSZ));
    }

    /// <summary>Lets every byte through <paramref name="terminal"/> as it is, until the result is disposed.</summary>
    /// <exception cref="SyscallException">ENOTTY: it is no terminal.</exception>
    /// <remarks>What is switched off: termios(3), "Raw mode".</remarks>
    public static IDisposable EnterRawMode(SafeFileHandle terminal)
    {
        using FdLease fd = new(terminal);
        termios settings;
        Control(fd.Value, Libc.TCGETS, &settings, nameof(Libc.TCGETS));
        RawMode mode = new(terminal, settings);
        settings.c_iflag &= ~(Libc.IGNBRK | Libc.BRKINT | Libc.PARMRK | Libc.ISTRIP | Libc.INLCR | Libc.IGNCR | Libc.ICRNL | Libc.IXON);
        settings.c_oflag &= ~Libc.OPOST;
        settings.c_lflag &= ~(Libc.ECHO | Libc.ECHONL | Libc.ICANON | Libc.ISIG | Libc.IEXTEN);
        settings.c_cflag = (settings.c_cflag & ~(Libc.CSIZE | Libc.PARENB)) | Libc.CS8;
        settings.c_cc[Libc.VMIN] = 1;
        settings.c_cc[Libc.VTIME] = 0;
        Control(fd.Value, Libc.TCSETSW, &settings, nameof(Libc.TCSETSW));
        return mode;
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
            Control(fd.Value, Libc.TCSETSW, &settings, nameof(Libc.TCSETSW));
        }
    }
}
