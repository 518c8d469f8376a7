using AgentSandbox.Daemon.Registry;
using AgentSandbox.Jails.Supervise;
using AgentSandbox.Kernel;

namespace AgentSandbox.Daemon.Api;

/// <summary>A command that did not start: an end like another, with its reason.</summary>
internal static class StartFailures
{
    private const int Refused = 125;

    /// <summary>The end that <paramref name="refused"/> is.</summary>
    /// <param name="refused">What the kernel said.</param>
    /// <param name="program">The program, as the caller wrote it.</param>
    /// <param name="entry">The jail.</param>
    public static V1.CommandEnd Describe(SyscallException refused, string program, JailEntry entry)
    {
        StartFailureException? reason = StartFailureException.Explain(refused, program, entry.Jail.Root);
        V1.CommandEnd end = Answers.End(new CommandEnd.StartFailed(refused.Step, refused.Errno.ToString(), reason?.Status ?? Refused));
        end.Text = reason?.Message ?? refused.Message;
        return end;
    }
}
