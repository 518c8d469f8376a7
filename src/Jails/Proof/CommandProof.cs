using AgentSandbox.Jails.Plan;
using AgentSandbox.Kernel.Child;
using Microsoft.Win32.SafeHandles;

namespace AgentSandbox.Jails.Proof;

/// <summary>What the kernel enforces on a command, read back after its execve.</summary>
/// <param name="Status">Its privileges.</param>
public sealed record CommandProof(ProcessStatus Status)
{
    /// <summary>Reads it back from a process that is not reaped yet.</summary>
    /// <param name="process">The process.</param>
    /// <param name="hasExecuted">True: its execve is known to be complete.</param>
    internal static CommandProof Read(ChildProcess process, bool hasExecuted = false)
    {
        using SafeFileHandle directory = ProcFile.Open(process.Pid);
        if (!hasExecuted)
        {
            ProcFile.WaitForExec(directory);
        }

        return new CommandProof(ProcessStatus.Read(directory));
    }

    /// <summary>Compares it with the plan.</summary>
    /// <exception cref="ProofException">Something is not enforced.</exception>
    internal void Verify(JailSpec spec) => ProofException.ThrowIfAny(Status.Gaps(spec.UidBase + spec.Uid, spec.UidBase + spec.Gid));
}
