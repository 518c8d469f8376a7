using AgentSandbox.Jails.Policy;
using AgentSandbox.Jails.Profiles;
using AgentSandbox.Jails.Proof;
using AgentSandbox.Kernel;

namespace AgentSandbox.Ctl;

/// <summary>Turns what went wrong into one line for a person, and an exit status.</summary>
internal static class Failures
{
    /// <summary>Runs <paramref name="action"/>; a refusal or failure becomes a line on stderr.</summary>
    public static int Report(Func<int> action)
    {
        try
        {
            return action();
        }
        catch (Exception failure) when (Explain(failure) is (string message, int status))
        {
            Console.Error.WriteLine($"sandboxctl: {message}");
            return status;
        }
    }

    private static (string Message, int Status)? Explain(Exception failure) => failure switch
    {
        SyscallException { Syscall: "execve", Errno: Errno.ENOENT } absent => ($"no such program in the jail: {absent.Target}", ExitCodes.NotFound),
        SyscallException { Syscall: "execve", Errno: Errno.EACCES } denied => ($"not executable in the jail: {denied.Target}", ExitCodes.NotExecutable),
        SyscallException { Syscall: "execve", Errno: Errno.ENOEXEC } format => ($"not a program: {format.Target}", ExitCodes.NotExecutable),
        SyscallException { Syscall: "execve", Errno: Errno.E2BIG } => ("the arguments and the environment are too large for the jail: write them to a file or to stdin", ExitCodes.Refused),
        SyscallException { Syscall: "openat2", Errno: Errno.ENOENT or Errno.ENOTDIR or Errno.EACCES } directory when directory.Step.Contains("working directory", StringComparison.Ordinal)
            => ($"--workdir: {directory.Target} is no directory of the jail that its user may enter", ExitCodes.Refused),
        SyscallException { Errno: Errno.EPERM } when !Environment.IsPrivilegedProcess => ($"{failure.Message}; making jails needs root: run it with sudo", ExitCodes.Refused),
        SyscallException or PolicyException or ProfileException or ProofException or IOException or UnauthorizedAccessException => (failure.Message, ExitCodes.Refused),
        _ => null,
    };
}
