using Microsoft.Win32.SafeHandles;
using AgentSandbox.Kernel;

namespace AgentSandbox.Jails.Supervise;

/// <summary>Hands out uid ranges that no other jail on this host has, whichever process made it: a range is a locked byte of one file.</summary>
/// <remarks>The kernel drops the locks of a process that dies (open file description locks: fcntl(2)). The uids lie in the part that systemd leaves
/// to containers, above the ranges that useradd gives to people (systemd's UIDS-GIDS; subuid(5)).</remarks>
public sealed class UidRangePool : IDisposable
{
    /// <summary>The first uid of the first range.</summary>
    internal const uint FirstUid = 0x2000_0000;

    private readonly SafeFileHandle _locks;
    private readonly Lock _gate = new();
    private readonly UidRegion _region;
    private readonly bool[] _ours;
    private int _next;

    /// <summary>Opens the pool.</summary>
    /// <param name="directory">A directory of root's, the same for all processes on the host.</param>
    /// <param name="region">The ranges to take from.</param>
    /// <exception cref="SyscallException">EACCES, EROFS: the directory cannot be written.</exception>
    public UidRangePool(string directory, UidRegion region)
    {
        _region = region;
        _ours = new bool[region.Count];
        Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        _locks = Files.Open(Path.Combine(directory, "uid-ranges"), Libc.O_RDWR | Libc.O_CREAT | Libc.O_NOFOLLOW, 0b110_000_000);
        _next = Environment.ProcessId % region.Count; // where a process begins matters little; that a range is not used again at once does
    }

    /// <summary>Takes a free range. The caller disposes it.</summary>
    /// <exception cref="SyscallException">EAGAIN: all are taken.</exception>
    public UidRange Take()
    {
        lock (_gate)
        {
            for (int tried = 0; tried < _region.Count; tried++)
            {
                int index = _next;
                _next = (_next + 1) % _region.Count;
                if (TryTake(index) is UidRange range)
                {
                    return range;
                }
            }
        }

        throw new SyscallException("fcntl", Errno.EAGAIN, "a uid range: all are taken");
    }

    /// <summary>Takes the range that begins with <paramref name="first"/>, of a jail that lives on. The caller disposes it.</summary>
    /// <returns>Null if somebody has it, or it is none of this pool's.</returns>
    public UidRange? TakeAgain(uint first)
    {
        long index = ((long)first - FirstUid) / UidRange.Count - _region.First;
        lock (_gate)
        {
            return index >= 0 && index < _region.Count && first == FirstOf((int)index) ? TryTake((int)index) : null;
        }
    }

    /// <summary>Closes the pool; every range is free.</summary>
    public void Dispose() => _locks.Dispose();

    internal void Release(int index)
    {
        lock (_gate)
        {
            FileLocks.Unlock(_locks, _region.First + index);
            _ours[index] = false;
        }
    }

    private UidRange? TryTake(int index)
    {
        if (_ours[index] || !FileLocks.TryLock(_locks, _region.First + index))
        {
            return null;
        }

        _ours[index] = true;
        return new UidRange(this, index, FirstOf(index));
    }

    private uint FirstOf(int index) => FirstUid + ((uint)(_region.First + index) * UidRange.Count);
}
