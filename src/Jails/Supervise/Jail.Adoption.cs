using System.Globalization;
using Microsoft.Win32.SafeHandles;
using AgentSandbox.Jails.Cgroups;
using AgentSandbox.Jails.Proof;
using AgentSandbox.Kernel;
using AgentSandbox.Kernel.Child;

namespace AgentSandbox.Jails.Supervise;

public sealed partial class Jail
{
    /// <summary>What a later run of this program needs to take hold of it.</summary>
    public JailState Save() => new(Id, Spec with { Root = [] }, PlanHash, ProcessIdentity.Read(InitPid) ?? throw new ObjectDisposedException(nameof(Jail), $"jail {Id} has ended"), _made);

    /// <summary>Takes hold of a command that an earlier run of this program started.</summary>
    /// <param name="state">The command.</param>
    /// <param name="pidfd">Its pidfd, if somebody kept it; owned by the command.</param>
    /// <returns>The command, which may have ended.</returns>
    /// <exception cref="ProofException">It runs with less confinement than planned; it was killed.</exception>
    /// <exception cref="SyscallException">It ended while it was looked at.</exception>
    public Command Adopt(CommandState state, SafeFileHandle? pidfd)
    {
        Cgroup? leaf = Cgroup is null ? null : Cgroups.Cgroup.Open(Cgroup.Handle, state.Leaf);
        ChildProcess? process = state.Process.Find();
        if (process is null && pidfd is not null)
        {
            process = ChildProcess.Adopt(state.Process.Pid, pidfd);
        }
        else
        {
            pidfd?.Dispose();
        }

        if (state.Result is not null || leaf is null || process is null)
        {
            leaf?.Dispose();
            process?.Dispose();
            return new Command(this, state, state.Result ?? CommandResult.Unknown);
        }

        CommandProof? proof = null;
        try
        {
            if (!process.WaitForEnd(TimeSpan.Zero))
            {
                proof = CommandProof.Read(process);
                proof.Verify(Spec);
            }
        }
        catch
        {
            process.Dispose();
            EndLeaf(leaf, TimeSpan.Zero); // the sweep waits
            throw;
        }

        Command command = new(this, state, process, leaf, proof);
        _running[command] = true;
        return command;
    }

    /// <summary>Ends what runs in cgroups of commands that nobody has, and removes them; what the kernel does not let go of goes with the jail.</summary>
    /// <param name="patience">How long to wait, for all of them together.</param>
    /// <exception cref="SyscallException">The kernel refused something.</exception>
    public void Sweep(TimeSpan patience)
    {
        HashSet<string> owned = [SitePool.InitCgroup, _ready.LeafOf(this) ?? "", .. _running.Keys.Select(command => command.Leaf)];
        string[] names = Cgroup is null || IsEnding ? [] : [.. Files.ListDirectories(Cgroup.Handle).Where(name => !owned.Contains(name))];
        Cgroup[] leaves = [.. names.Select(name => Cgroups.Cgroup.Open(Cgroup!.Handle, name)).OfType<Cgroup>()];
        foreach (Cgroup stuck in Cgroups.Cgroup.RemoveAll(leaves, patience))
        {
            stuck.Handle.Dispose();
        }
    }

    // Cgroups of commands are numbered: those of an earlier run are not to be met again.
    private static int LastCommand(Cgroup cgroup) => Files.ListDirectories(cgroup.Handle)
        .Select(name => int.TryParse(name[(name.LastIndexOf('-') + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : 0)
        .Append(0)
        .Max();
}
