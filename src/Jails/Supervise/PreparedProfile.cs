using System.Collections.Concurrent;
using Microsoft.Win32.SafeHandles;
using AgentSandbox.Jails.Host;
using AgentSandbox.Jails.Plan;
using AgentSandbox.Jails.Policy;
using AgentSandbox.Kernel;
using AgentSandbox.Kernel.Child;

namespace AgentSandbox.Jails.Supervise;

/// <summary>A profile on this host with its program and its templates: a mount namespace for each different set of bind targets. It holds them by fd; no process
/// lives in them.</summary>
internal sealed class PreparedProfile : IDisposable
{
    private readonly HostPaths _paths;
    private readonly Spawner _spawner;
    private readonly ConcurrentDictionary<string, Lazy<SafeFileHandle>> _templates = new();
    private readonly ConcurrentDictionary<(bool EndsWithMaker, bool Kept), ChildProgram> _programs = new();

    /// <summary>Owns <paramref name="paths"/>, which holds what the profile names.</summary>
    internal PreparedProfile(ResolvedProfile resolved, HostPaths paths, Spawner spawner)
    {
        Resolved = resolved;
        _paths = paths;
        _spawner = spawner;
    }

    /// <summary>The profile's root and filter.</summary>
    internal ResolvedProfile Resolved { get; }

    /// <summary>The template for <paramref name="spec"/>, made now if it is the first. This object owns it.</summary>
    /// <exception cref="SyscallException">A step of the template's program failed.</exception>
    internal SafeFileHandle Template(JailSpec spec)
    {
        string key = string.Join('\n', spec.Binds.Select(b => $"{b.Target}{(b.IsDirectory ? "/" : "")}"));
        Lazy<SafeFileHandle> template = _templates.GetOrAdd(key, _ => new Lazy<SafeFileHandle>(() => MakeTemplate(spec)));
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

    /// <summary>The program that makes the jail of <paramref name="spec"/>. Without binds it depends on the profile and the host alone, so it is planned once.</summary>
    internal ChildProgram Program(JailSpec spec) =>
        spec.Binds.IsEmpty ? _programs.GetOrAdd((spec.EndsWithMaker, spec.Kept is not null), _ => JailPlanner.Plan(spec)) : JailPlanner.Plan(spec);

    public void Dispose()
    {
        foreach (Lazy<SafeFileHandle> template in _templates.Values)
        {
            template.Value.Dispose();
        }

        _templates.Clear();
        _paths.Dispose();
    }

    private SafeFileHandle MakeTemplate(JailSpec spec)
    {
        FdTable fds = _spawner.CreateTable();
        _paths.BindTo(fds);
        using LaunchedChild child = _spawner.Start(TemplatePlanner.Plan(spec), fds);
        child.WaitForReady(Spawner.Deadline);
        return child.KeepNamespace("mnt", Spawner.Deadline);
    }
}
