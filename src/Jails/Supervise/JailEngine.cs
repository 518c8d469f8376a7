using System.Collections.Immutable;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;
using AgentSandbox.Jails.Cgroups;
using AgentSandbox.Jails.Host;
using AgentSandbox.Jails.Landlock;
using AgentSandbox.Jails.Plan;
using AgentSandbox.Jails.Policy;
using AgentSandbox.Jails.Proof;
using AgentSandbox.Kernel;
using AgentSandbox.Kernel.Child;

namespace AgentSandbox.Jails.Supervise;

/// <summary>Makes jails. One for a process; safe to use from several threads at once.</summary>
public sealed class JailEngine : IDisposable
{
    /// <summary>How long a child may take from its birth to its program; a stuck one is killed.</summary>
    internal static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(20);

    private const int IdLength = 12;

    private readonly HostFacts _host;
    private readonly CgroupTree? _cgroups;
    private readonly JailAnchors _anchors;
    private readonly TemplateCache _templates;
    private readonly UidRangePool _uids;

    /// <summary>An engine on this host.</summary>
    /// <param name="host">What the host can do.</param>
    /// <param name="cgroups">Where jails get their cgroups, or null. The engine owns it.</param>
    /// <param name="stateDirectory">A directory of root's that all engines of this host share.</param>
    /// <exception cref="SyscallException">EPERM: root is needed. Other: what the kernel refused.</exception>
    public JailEngine(HostFacts host, CgroupTree? cgroups, string stateDirectory)
    {
        OwnProcess.HideMemory();
        OwnProcess.KeepEndedChildren();
        _host = host;
        _cgroups = cgroups;
        _anchors = new JailAnchors();
        _templates = new TemplateCache(_anchors);
        _uids = new UidRangePool(stateDirectory);
    }

    /// <summary>Makes a jail for <paramref name="request"/>. The caller disposes it.</summary>
    /// <param name="request">What the caller asks.</param>
    /// <param name="caller">The uid and gid to whom writable binds belong.</param>
    /// <exception cref="PolicyException">The request is refused.</exception>
    /// <exception cref="SyscallException">A step failed: which, and why. Nothing is left behind.</exception>
    /// <exception cref="ProofException">The kernel enforces less than planned; the jail was ended.</exception>
    public Jail Create(JailRequest request, (uint Uid, uint Gid) caller)
    {
        JailParts parts = new() { Uids = _uids.Take() };
        try
        {
            using HostPaths paths = new();
            JailSpec spec = JailResolver.Resolve(request, _host, paths, parts.Uids.First);
            string id = "j-" + RandomNumberGenerator.GetString("abcdefghijklmnopqrstuvwxyz234567", IdLength);
            ChildProgram program = JailPlanner.Plan(spec);
            Build(id, spec, program, paths, caller, parts);
            JailProof proof = JailProof.Read(parts.Init!, spec);
            proof.Verify(spec);
            return new Jail(id, spec, program.Hash(), proof, _anchors, parts);
        }
        catch
        {
            parts.Dispose();
            throw;
        }
    }

    /// <summary>Lets go of the templates. Jails that live go on.</summary>
    public void Dispose()
    {
        _uids.Dispose();
        _templates.Dispose();
        _anchors.Dispose();
        _cgroups?.Dispose();
    }

    private void Build(string id, JailSpec spec, ChildProgram program, HostPaths paths, (uint Uid, uint Gid) caller, JailParts parts)
    {
        FdTable fds = _anchors.CreateTable();
        paths.BindTo(fds);
        fds[JailSlots.Template] = _templates.Get(spec, paths);
        using SafeFileHandle? idmap = spec.Binds.Any(b => b.Writable) ? IdmapNamespace.Create(caller, (spec.UidBase + spec.Uid, spec.UidBase + spec.Gid)) : null;
        if (idmap is not null)
        {
            fds[JailSlots.Idmap] = idmap;
        }

        if (spec.Cgroup)
        {
            parts.Cgroup = _cgroups!.CreateJail(id, spec.Limits);
            parts.InitCgroup = parts.Cgroup.CreateLeaf("init");
            fds[JailSlots.Cgroup] = parts.InitCgroup.Handle;
        }

        using LaunchedChild child = Launcher.Start(program, fds);
        child.WaitForReady(StartDeadline);
        IdMap.Write(child.Pid, 0, spec.UidBase, 0, spec.UidBase, UidRange.Count);
        child.Release();
        parts.Init = child.WaitForExec(StartDeadline);
        parts.Root = Files.Open($"/proc/{parts.Init.Pid}/root", Libc.O_PATH | Libc.O_DIRECTORY);
        parts.Landlock = spec.Landlock is null ? null : RulesetFactory.Create(spec.Landlock, spec.LandlockAbi, parts.Root);
    }
}
