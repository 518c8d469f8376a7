using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Win32.SafeHandles;
using AgentSandbox.Jails.Cgroups;
using AgentSandbox.Jails.Plan;
using AgentSandbox.Jails.Policy;
using AgentSandbox.Jails.Proof;
using AgentSandbox.Kernel;
using AgentSandbox.Kernel.Child;

namespace AgentSandbox.Jails.Supervise;

/// <summary>A living jail: its PID 1, its cgroup, and what every command in it needs. Disposed, all in it is dead.</summary>
public sealed partial class Jail : IDisposable
{
    private static readonly TimeSpan s_leafPatience = TimeSpan.FromSeconds(1);

    private readonly HostFacts _host;
    private readonly Spawner _spawner;
    private readonly JailParts _parts;
    private readonly LaterWork _later;
    private readonly ReadyCommands _ready;
    private readonly ConcurrentDictionary<Command, bool> _running = new();
    private readonly ReaderWriterLockSlim _gate = new(); // starts read, what holds for all processes at once writes
    private readonly long _made;
    private readonly Lazy<string> _planHash;
    private int _commands;

    internal Jail(JailSpec spec, JailProof proof, HostFacts host, Spawner spawner, JailParts parts, LaterWork later, ReadyCommands ready, JailState? earlier = null)
    {
        Proof = proof;
        Spec = spec;
        _host = host;
        _spawner = spawner;
        _parts = parts;
        _planHash = new Lazy<string>(() => earlier?.PlanHash ?? PlanText.Hash(spec));
        _made = earlier?.MadeAt ?? Stopwatch.GetTimestamp();
        if (earlier is not null && parts.Cgroup is not null)
        {
            IsPaused = parts.Cgroup.Cgroup.Read("cgroup.freeze") == "1";
            _commands = parts.LastLeaf = LastCommand(parts.Cgroup.Cgroup);
        }

        _later = later;
        _ready = ready;
    }

    /// <summary>The jail's name among all jails.</summary>
    public string Id => _parts.Id;

    /// <summary>What it was made from, with the limits that it has now.</summary>
    public JailSpec Spec { get; private set; }

    /// <summary>What the kernel enforces on it, read back when it was made; its limits when they were last changed.</summary>
    public JailProof Proof { get; private set; }

    /// <summary>SHA-256 of the plan by which it was made, as <see cref="PlanText"/> prints it.</summary>
    public string PlanHash => _planHash.Value;

    /// <summary>Since it was made.</summary>
    public TimeSpan Age => Stopwatch.GetElapsedTime(_made);

    /// <summary>Watches its PID 1, which can be "read" once it is dead, and with it all else in the jail. The caller disposes the watch before the jail.</summary>
    /// <param name="loop">Tells when that is.</param>
    public WatchedFd WatchEnd(EventLoop loop) => loop.Watch(InitPidfd);

    /// <summary>True once its PID 1 is dead, and with it all else in the jail.</summary>
    public bool HasEnded => _parts.HasEnded;

    /// <summary>True once it is being ended: PID 1 is dead only when what is in the jail is reaped.</summary>
    public bool IsEnding => _parts.IsKilled || HasEnded;

    /// <summary>True once it was killed by us.</summary>
    internal bool IsKilled => _parts.IsKilled;

    /// <summary>True between <see cref="Pause"/> and <see cref="Resume"/>.</summary>
    public bool IsPaused { get; private set; }

    /// <summary>The pid of its PID 1 in our namespace, valid until it is disposed.</summary>
    internal int InitPid => _parts.Init?.Pid ?? throw new ObjectDisposedException(nameof(Jail), $"jail {Id} has ended");

    private SafeFileHandle InitPidfd => _parts.Init?.Pidfd ?? throw new ObjectDisposedException(nameof(Jail), $"jail {Id} has ended");

    /// <summary>Its cgroup, or null without cgroups. The jail owns it.</summary>
    public Cgroup? Cgroup => _parts.Cgroup?.Cgroup;

    /// <summary>Its root directory, from outside. The jail owns it.</summary>
    public SafeFileHandle Root => _parts.Root ?? throw new ObjectDisposedException(nameof(Jail), $"jail {Id} has ended");

    /// <summary>What the jail uses now, and used until now.</summary>
    /// <exception cref="SyscallException">ENODEV: the jail was disposed meanwhile.</exception>
    public JailUsage ReadUsage() => new(Age, _commands, _parts.Cgroup?.ReadUsage());

    /// <summary>Kills all in the jail. What it had is given back by <see cref="Dispose"/>.</summary>
    public void Kill()
    {
        _parts.Kill();
        _ready.Drop(this);
    }

    /// <summary>Waits until its PID 1 is dead, and with it all else in the jail: each process was killed, and each command's end was taken.</summary>
    /// <param name="timeout">How long to wait.</param>
    /// <returns>False: it is not. A process waits in the kernel, which does not let go of it: for a disk or a file server that does not answer.</returns>
    public bool WaitForEnd(TimeSpan timeout) => _parts.Init?.WaitForEnd(timeout) ?? true;

    /// <summary>Ends all commands and the jail, and waits until they are gone. What it had is given back by the time the engine is disposed.</summary>
    public void Dispose()
    {
        Kill();
        foreach (Command command in _running.Keys)
        {
            command.EndWithJail();
        }

        _parts.EndAndDisposeLater(_later);
    }

    /// <summary>A command has ended. What it left behind in <paramref name="leaf"/> is ended now; an empty cgroup is removed later.</summary>
    internal void Forget(Command command, Cgroup? leaf)
    {
        if (leaf is { IsPopulated: true })
        {
            EndLeaf(leaf, s_leafPatience);
        }
        else if (leaf is not null)
        {
            _later.Add(leaf.Dispose);
        }

        if (leaf is not null)
        {
            _later.Add(MakeSpareLeaf);
        }

        _running.TryRemove(command, out bool _); // last: until here something may run
    }

    // What the kernel does not let go of stays, within the jail's limits, and goes with the jail.
    private static void EndLeaf(Cgroup leaf, TimeSpan patience)
    {
        if (!leaf.TryRemove(patience))
        {
            leaf.Handle.Dispose();
        }
    }

    // Whatever is wrong, the next start is told.
    private void MakeSpareLeaf()
    {
        try
        {
            _parts.MakeSpareLeaf();
        }
        catch (SyscallException)
        {
            return;
        }
    }
}
