using System.Collections.Immutable;
using AgentSandbox.Jails.Plan;
using AgentSandbox.Jails.Supervise;
using AgentSandbox.Kernel;
using AgentSandbox.Kernel.Child;
using Microsoft.Win32.SafeHandles;

namespace AgentSandbox.Jails.Proof;

/// <summary>What a process under a command's confinement was answered when it tried what is forbidden.</summary>
/// <param name="Probes">Each attempt.</param>
public sealed record ProbeProof(ImmutableArray<ProbeAnswer> Probes)
{
    private static readonly CommandSpec s_nothing = new() { Argv = ["probe"] };

    /// <summary>Lets a process of <paramref name="jail"/> try. It gets the program of every command, with the attempts in the place of the execve.</summary>
    /// <exception cref="ProofException">An attempt was answered otherwise than planned, or the process could not be started.</exception>
    public static ProbeProof Read(Jail jail)
    {
        ImmutableArray<Probe> probes = ProbePlanner.For(jail.Spec);
        ChildProgram program = CommandPlanner.Confined("probe", jail.Spec, s_nothing, ProbePlanner.Steps(probes));
        long[] results = Run(jail, program);
        ImmutableArray<ProbeAnswer> answers =
        [
            .. probes.Select((probe, i) => ProbeAnswer.From(probe, results[results.Length - probes.Length - 1 + i])),
        ];
        ProofException.ThrowIfAny(answers.Where(a => a.Answer != a.Planned).Select(a => $"{a.Attempt} was answered {a.Answer}, planned is {a.Planned} ({a.Layer})"));
        return new ProbeProof(answers);
    }

    private static long[] Run(Jail jail, ChildProgram program)
    {
        try
        {
            return jail.RunSteps(program);
        }
        catch (SyscallException otherwise)
        {
            throw new ProofException([$"an attempt was answered otherwise than planned: {otherwise.Message}"]);
        }
    }
}
