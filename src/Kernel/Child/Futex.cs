using System.Diagnostics;
using System.Runtime.InteropServices;

namespace AgentSandbox.Kernel.Child;

/// <summary>Words that parent and child wait on. A word is 1 while its event is awaited.</summary>
/// <remarks>Shared futexes: the kernel wakes <c>child_tid</c> as one. Source: futex(2); futex2.rst, "futex_waitv". Since Linux 5.16.</remarks>
internal static unsafe class Futex
{
    private const int Pending = 1;

    /// <summary>Waits while <paramref name="word"/> and, if given, <paramref name="other"/> are both pending. False: the time ran out.</summary>
    internal static bool WaitWhile(int* word, int* other, TimeSpan timeout)
    {
        long deadline = Stopwatch.GetTimestamp() + (long)(timeout.TotalSeconds * Stopwatch.Frequency);
        timespec until = new() { tv_sec = deadline / Stopwatch.Frequency, tv_nsec = deadline % Stopwatch.Frequency };
        futex_waitv* waiters = stackalloc futex_waitv[2];
        waiters[0] = new() { val = Pending, uaddr = (ulong)word, flags = Libc.FUTEX2_SIZE_U32 };
        waiters[1] = new() { val = Pending, uaddr = (ulong)other, flags = Libc.FUTEX2_SIZE_U32 };
        nint number = Libc.NumberOf(Syscall.futex_waitv);
        while (Volatile.Read(ref *word) == Pending && (other == null || Volatile.Read(ref *other) == Pending))
        {
            if (Libc.syscall(number, (nint)waiters, other == null ? 1 : 2, 0, (nint)(&until), Libc.CLOCK_MONOTONIC, 0) >= 0)
            {
                continue;
            }

            switch ((Errno)Marshal.GetLastPInvokeError())
            {
                case Errno.ETIMEDOUT:
                    return false;
                case Errno.EAGAIN or Errno.EINTR:
                    break;
                default:
                    throw SyscallException.Last("futex_waitv");
            }
        }

        return true;
    }

    /// <summary>Ends the wait of a child for <paramref name="word"/>.</summary>
    internal static void Clear(int* word)
    {
        Volatile.Write(ref *word, 0);
        if (Libc.syscall(Libc.NumberOf(Syscall.futex), (nint)word, Libc.FUTEX_WAKE, 1, 0, 0, 0) < 0)
        {
            throw SyscallException.Last("futex", "FUTEX_WAKE");
        }
    }
}
