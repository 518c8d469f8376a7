using AgentSandbox.Ctl.Client;
using AgentSandbox.Jails.Supervise;
using AgentSandbox.Jails.Configuration;
using AgentSandbox.Jails.Policy;
using AgentSandbox.Jails.Profiles;
using AgentSandbox.Jails.Proof;
using AgentSandbox.Jails.Workspaces;
using AgentSandbox.Kernel;

namespace AgentSandbox.Ctl;

/// <summary>Turns what went wrong into one line for a person, and an exit status.</summary>
internal static class Failures
{
    /// <summary>Runs <paramref name="action"/>; a refusal or failure becomes a line on stderr.</summary>
    /// <param name="action">What to run.</param>
    /// <param name="refused">The exit status of a refusal or failure.</param>
    public static int Report(Func<int> action, int refused)
    {
        try
        {
            return action();
        }
        catch (Exception failure) when (Explain(failure, refused) is (string message, int status))
        {
            Console.Error.WriteLine($"sandboxctl: {message}");
            return status;
        }
    }

    private static (string Message, int Status)? Explain(Exception failure, int refused) => failure switch
    {
        UsageException => ($"{failure.Message}\nsandboxctl: 'sandboxctl --help' and 'sandboxctl COMMAND --help' say what there is", ExitCodes.Usage),
        StartFailureException start => (start.Message, start.Status),
        SyscallException { Errno: Errno.EPERM } when !Environment.IsPrivilegedProcess => ($"{failure.Message}; making jails needs root: run it with sudo", refused),
        DaemonException or SyscallException or PolicyException or ConfigException or ProofException or WorkspaceException or IOException or UnauthorizedAccessException => (failure.Message, refused),
        _ => null,
    };
}
