using Microsoft.Win32.SafeHandles;
using AgentSandbox.Jails.Plan;
using AgentSandbox.Kernel;
using AgentSandbox.Kernel.Child;

namespace AgentSandbox.Jails.Supervise;

/// <summary>Starts the children of an engine, and holds the fds that every start needs: where this process stands, so that its threads find back,
/// and the program of PID 1.</summary>
internal sealed class Spawner : IDisposable
{
    /// <summary>How long a child may take from its birth to its program; a stuck one is killed.</summary>
    internal static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    private readonly SafeFileHandle _mounts = OwnProcess.OpenNamespace("mnt");
    private readonly SafeFileHandle _pids = OwnProcess.OpenNamespace("pid");
    private readonly SafeFileHandle _root = Files.OpenAnchor("/");
    private readonly SafeFileHandle _directory = Files.OpenAnchor(".");
    private readonly SafeFileHandle _init = InitProgram.Open();
    private readonly Func<ChildProgram, ChildProgram>? _alter;

    /// <summary>A spawner.</summary>
    /// <param name="alter">Changes each program before it is started: how tests let a step fail. Null: nothing does.</param>
    internal Spawner(Func<ChildProgram, ChildProgram>? alter = null) => _alter = alter;

    /// <summary>A table with the fds bound that every program may name.</summary>
    internal FdTable CreateTable() => new()
    {
        [JailSlots.OwnMounts] = _mounts,
        [JailSlots.OwnPids] = _pids,
        [JailSlots.OwnRoot] = _root,
        [JailSlots.OwnDirectory] = _directory,
        [JailSlots.Init] = _init,
    };

    /// <summary>Bears the child of <paramref name="program"/>. The caller disposes it.</summary>
    /// <exception cref="SyscallException">The birth failed, or a step of the parent.</exception>
    internal LaunchedChild Start(ChildProgram program, FdTable fds) => Launcher.Start(_alter is null ? program : _alter(program), fds, Deadline);

    public void Dispose()
    {
        _mounts.Dispose();
        _pids.Dispose();
        _root.Dispose();
        _directory.Dispose();
        _init.Dispose();
    }
}
