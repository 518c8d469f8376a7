using Microsoft.Win32.SafeHandles;
using AgentSandbox.Jails.Plan;
using AgentSandbox.Kernel;
using AgentSandbox.Kernel.Child;

namespace AgentSandbox.Jails.Supervise;

/// <summary>The fds that every spawn needs: where this process stands, so that its threads find back, and the program of PID 1.</summary>
internal sealed class JailAnchors : IDisposable
{
    private readonly SafeFileHandle _mounts = OwnProcess.OpenNamespace("mnt");
    private readonly SafeFileHandle _pids = OwnProcess.OpenNamespace("pid");
    private readonly SafeFileHandle _root = Files.OpenAnchor("/");
    private readonly SafeFileHandle _directory = Files.OpenAnchor(".");
    private readonly SafeFileHandle _init = InitProgram.Open();

    /// <summary>A table with these fds bound.</summary>
    internal FdTable CreateTable() => new()
    {
        [JailSlots.OwnMounts] = _mounts,
        [JailSlots.OwnPids] = _pids,
        [JailSlots.OwnRoot] = _root,
        [JailSlots.OwnDirectory] = _directory,
        [JailSlots.Init] = _init,
    };

    public void Dispose()
    {
        _mounts.Dispose();
        _pids.Dispose();
        _root.Dispose();
        _directory.Dispose();
        _init.Dispose();
    }
}
