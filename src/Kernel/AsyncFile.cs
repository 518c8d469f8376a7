using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace AgentSandbox.Kernel;

/// <summary>Our end of a pipe or terminal, read or written without a thread that waits. One read or one write at a time.</summary>
public sealed class AsyncFile : IDisposable
{
    private readonly SafeFileHandle _file;
    private readonly WatchedFd _watched;

    /// <summary>Takes <paramref name="file"/>, which it owns from now on, and makes it non-blocking. The other end stays as it is.</summary>
    /// <exception cref="SyscallException">EPERM: a regular file.</exception>
    public AsyncFile(EventLoop loop, SafeFileHandle file)
    {
        _file = file;
        using FdLease fd = new(file);
        int flags = Libc.fcntl(fd.Value, Libc.F_GETFL, 0);
        if (flags < 0 || Libc.fcntl(fd.Value, Libc.F_SETFL, flags | Libc.O_NONBLOCK) != 0)
        {
            throw SyscallException.Last("fcntl", "O_NONBLOCK");
        }

        _watched = loop.Watch(file);
    }

    /// <summary>The fd; owned by this object.</summary>
    public SafeFileHandle Handle => _file;

    /// <summary>Reads what is there, and waits if that is nothing.</summary>
    /// <returns>How many bytes; 0 at the end, or once this is disposed.</returns>
    /// <exception cref="SyscallException">As read(2).</exception>
    public async ValueTask<int> ReadAsync(Memory<byte> buffer)
    {
        while (true)
        {
            int count = Try(buffer.Span);
            if (count >= 0)
            {
                return count;
            }

            if (!await _watched.WaitReadableAsync().ConfigureAwait(false))
            {
                return 0;
            }
        }
    }

    /// <summary>Reads what is there, and does not wait: nobody has to keep a buffer for a file that says nothing.</summary>
    /// <returns>How many bytes; 0 at the end, or once this is disposed; null: there are none yet.</returns>
    /// <exception cref="SyscallException">As read(2).</exception>
    public int? TryRead(Span<byte> buffer) => Try(buffer) is int count and >= 0 ? count : null;

    /// <summary>Gives a pipe another capacity, if this process may have that.</summary>
    /// <param name="bytes">1 or more; rounded up to a power of two of pages.</param>
    /// <returns>False: EPERM, above fs.pipe-max-size or fs.pipe-user-pages-soft and without CAP_SYS_RESOURCE; EBADF: no pipe; EBUSY: more lies in it. It stays as it was.</returns>
    /// <remarks>Source: F_SETPIPE_SZ(2const).</remarks>
    public bool TryResizePipe(int bytes)
    {
        using FdLease fd = new(_file);
        return Libc.fcntl(fd.Value, Libc.F_SETPIPE_SZ, bytes) >= 0;
    }

    /// <summary>Waits until there is something to read, or the end.</summary>
    /// <returns>False once this is disposed.</returns>
    public ValueTask<bool> WaitReadableAsync() => _watched.WaitReadableAsync();

    /// <summary>Writes all of <paramref name="content"/>, and waits while the other end does not read.</summary>
    /// <returns>False if this was disposed before all was written.</returns>
    /// <exception cref="SyscallException">EPIPE: the other end is closed. As write(2).</exception>
    public async ValueTask<bool> WriteAsync(ReadOnlyMemory<byte> content)
    {
        while (!content.IsEmpty)
        {
            int count = Try(content.Span);
            if (count >= 0)
            {
                content = content[count..];
            }
            else if (!await _watched.WaitWritableAsync().ConfigureAwait(false))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Ends a read or write that is under way, and closes the fd.</summary>
    public void Dispose()
    {
        _watched.Dispose();
        _file.Dispose();
    }

    // Below: -1 if the fd is not ready.
    private unsafe int Try(Span<byte> buffer)
    {
        if (_file.IsClosed)
        {
            return 0;
        }

        using FdLease fd = new(_file);
        fixed (byte* start = buffer)
        {
            nint count;
            do
            {
                count = Libc.read(fd.Value, start, (nuint)buffer.Length);
            }
            while (IsInterrupted(count));

            return Checked(count, "read");
        }
    }

    private unsafe int Try(ReadOnlySpan<byte> content)
    {
        if (_file.IsClosed)
        {
            return -1;
        }

        using FdLease fd = new(_file);
        fixed (byte* start = content)
        {
            nint count;
            do
            {
                count = Libc.write(fd.Value, start, (nuint)content.Length);
            }
            while (IsInterrupted(count));

            return Checked(count, "write");
        }
    }

    private static bool IsInterrupted(nint count) => count < 0 && Marshal.GetLastPInvokeError() == (int)Errno.EINTR;

    private static int Checked(nint count, string call) =>
        count >= 0 ? (int)count : Marshal.GetLastPInvokeError() == (int)Errno.EAGAIN ? -1 : throw SyscallException.Last(call);
}
