using System.Collections.Concurrent;
using Microsoft.Win32.SafeHandles;
using AgentSandbox.Jails.Host;
using AgentSandbox.Jails.Plan;
using AgentSandbox.Kernel;
using AgentSandbox.Kernel.Child;

namespace AgentSandbox.Jails.Supervise;

/// <summary>The templates that were made so far: one mount namespace for each different root. It holds them by fd; no process lives in them.</summary>
/// <param name="anchors">The fds that every spawn needs.</param>
internal sealed class TemplateCache(JailAnchors anchors) : IDisposable
{
    private static readonly TimeSpan s_deadline = TimeSpan.FromSeconds(20);

    private readonly ConcurrentDictionary<string, Lazy<SafeFileHandle>> _templates = new();

    /// <summary>The template for <paramref name="spec"/>, made now if it is the first. The cache owns it.</summary>
    /// <exception cref="SyscallException">A step of the template's program failed.</exception>
    internal SafeFileHandle Get(JailSpec spec, HostPaths sources)
    {
        ChildProgram program = TemplatePlanner.Plan(spec);
        string key = program.Hash();
        Lazy<SafeFileHandle> template = _templates.GetOrAdd(key, _ => new Lazy<SafeFileHandle>(() => Make(program, sources)));
        try
        {
            return template.Value;
        }
        catch
        {
            _templates.TryRemove(new(key, template));
            throw;
        }
    }

    public void Dispose()
    {
        foreach (Lazy<SafeFileHandle> template in _templates.Values)
        {
            template.Value.Dispose();
        }

        _templates.Clear();
    }

    private SafeFileHandle Make(ChildProgram program, HostPaths sources)
    {
        FdTable fds = anchors.CreateTable();
        sources.BindTo(fds);
        using LaunchedChild child = Launcher.Start(program, fds);
        child.WaitForReady(s_deadline);
        SafeFileHandle mounts = OwnProcess.OpenNamespace(child.Pid, "mnt");
        child.Release();
        child.WaitForResults(s_deadline);
        return mounts;
    }
}
