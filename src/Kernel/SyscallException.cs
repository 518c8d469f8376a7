using System.Runtime.InteropServices;

namespace AgentSandbox.Kernel;

/// <summary>A system call that the kernel refused: which call, on what, with which errno and, in a child's program, at which step.</summary>
public sealed class SyscallException : IOException
{
    /// <summary>A refused call outside a child's program.</summary>
    /// <param name="syscall">The call's name as its man page has it.</param>
    /// <param name="errno">The error.</param>
    /// <param name="target">What the call was applied to, in words or as a path; empty if nothing.</param>
    public SyscallException(string syscall, Errno errno, string target = "")
        : this(syscall, errno, target, string.Empty)
    {
    }

    /// <summary>A refused call, with the place where it stood.</summary>
    /// <param name="syscall">The call's name as its man page has it.</param>
    /// <param name="errno">The error.</param>
    /// <param name="target">What the call was applied to; empty if nothing.</param>
    /// <param name="step">The step, as <c>step 9 of 24: private procfs</c>; empty if it was no step.</param>
    public SyscallException(string syscall, Errno errno, string target, string step)
        : base($"{syscall}({Quote(target)}): {errno}{(step.Length == 0 ? "" : $" ({step})")}")
    {
        Syscall = syscall;
        Errno = errno;
        Target = target;
        Step = step;
    }

    /// <summary>The call's name.</summary>
    public string Syscall { get; }

    /// <summary>The error.</summary>
    public Errno Errno { get; }

    /// <summary>What the call was applied to; empty if nothing.</summary>
    public string Target { get; }

    /// <summary>The step of a child's program, or empty.</summary>
    public string Step { get; }

    /// <summary>The exception for the call that just failed on this thread. Call it before anything else can change errno.</summary>
    public static SyscallException Last(string syscall, string target = "") => new(syscall, (Errno)Marshal.GetLastPInvokeError(), target);

    private static string Quote(string target) => target.StartsWith('/') ? $"\"{target}\"" : target;
}
