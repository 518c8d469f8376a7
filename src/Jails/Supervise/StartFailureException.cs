using AgentSandbox.Kernel;
using Microsoft.Win32.SafeHandles;

namespace AgentSandbox.Jails.Supervise;

/// <summary>Why a program did not start, in words, with the exit status that a shell gives for it.</summary>
/// <param name="message">What is wrong, and where it can be helped: what to do.</param>
/// <param name="status">The exit status: 125; as in a shell 126 if the program cannot be executed, 127 if it is not there.</param>
public sealed class StartFailureException(string message, int status) : Exception(message)
{
    private const int Refused = 125;
    private const int NotExecutable = 126;
    private const int NotFound = 127;

    /// <summary>The exit status.</summary>
    public int Status { get; } = status;

    /// <summary>Explains a refused execve or working directory; null for what is no fault of the command's.</summary>
    /// <param name="refused">What the kernel said.</param>
    /// <param name="program">The program as the caller wrote it.</param>
    /// <param name="root">The jail's root directory.</param>
    public static StartFailureException? Explain(SyscallException refused, string program, SafeFileHandle root) => refused switch
    {
        { Syscall: "execve", Errno: Errno.ENOENT } when Exists(root, refused.Target)
            => new($"{refused.Target} is there, but not the interpreter that its first line or its ELF header names", NotFound),
        { Syscall: "execve", Errno: Errno.ENOENT } when !program.Contains('/', StringComparison.Ordinal)
            => new($"no such program in the jail's PATH: {program}", NotFound),
        { Syscall: "execve", Errno: Errno.ENOENT or Errno.ENOTDIR or Errno.ELOOP or Errno.ENAMETOOLONG } => new($"no such program in the jail: {refused.Target}", NotFound),
        { Syscall: "execve", Errno: Errno.EACCES } => new($"not executable in the jail: {refused.Target}", NotExecutable),
        { Syscall: "execve", Errno: Errno.ENOEXEC } => new($"not a program, and its first line names no interpreter: {refused.Target}", NotExecutable),
        { Syscall: "execve", Errno: Errno.E2BIG } => new("the arguments and the environment are too large for the jail: write them to a file or to stdin", Refused),
        { Syscall: "openat2" or "chdir" } when refused.Step.Contains("working directory", StringComparison.Ordinal)
            => new($"--workdir: {refused.Target} is no directory of the jail that its user may enter", Refused),
        _ => null,
    };

    private static bool Exists(SafeFileHandle root, string path)
    {
        try
        {
            using SafeFileHandle file = Files.OpenAt(root, path, Libc.O_PATH, Libc.RESOLVE_IN_ROOT | Libc.RESOLVE_NO_MAGICLINKS);
            return true;
        }
        catch (SyscallException)
        {
            return false; // not there, or not to be reached: the same to the caller
        }
    }
}
