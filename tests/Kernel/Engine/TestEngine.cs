using AgentSandbox.Jails.Host;
using AgentSandbox.Jails.Plan;
using AgentSandbox.Jails.Policy;
using AgentSandbox.Jails.Profiles;
using AgentSandbox.Jails.Supervise;
using AgentSandbox.Jails.Workspaces.Store;
using AgentSandbox.Kernel;
using AgentSandbox.Kernel.Child;
using Microsoft.Win32.SafeHandles;

namespace AgentSandbox.Tests.Kernel.Engine;

/// <summary>An engine of a test's own on this host, which may lack cgroup controllers.</summary>
/// <param name="alter">Changes each program before it is started.</param>
/// <param name="workspaces">Where workspaces are kept; the engine owns it.</param>
internal sealed class TestEngine(Func<ChildProgram, ChildProgram>? alter = null, WorkspaceStore? workspaces = null) : IDisposable
{
    private static readonly HostFacts s_host = HostFacts.From(HostFeatures.Current);
    private static readonly ProfileStore s_profiles = new(Path.Combine(Repository.Root, "native-profiles"));
    private static readonly SafeFileHandle s_nothing = Files.Open("/dev/null", Libc.O_RDWR);

    private readonly JailEngine _engine = EmbeddedEngine.Create(s_host, HostFeatures.Current, spareNetworks: 0, CgroupName, new Spawner(alter), workspaces);

    /// <summary>The directory of this process's engines in the cgroup v2 hierarchy.</summary>
    public static string CgroupName { get; } = $"agent-sandboxd.test-{Environment.ProcessId}";

    /// <summary>stdin, stdout and stderr that lead nowhere.</summary>
    public static CommandStdio Nowhere { get; } = new(s_nothing, s_nothing, s_nothing);

    /// <summary>A request for the shipped <paramref name="profile"/>, with what this host lacks given up.</summary>
    public static JailRequest Request(string profile) => new() { Profile = s_profiles.Load(profile), AllowDegraded = ["all"] };

    /// <summary>Makes a jail, for root if nobody else is named. The caller disposes it.</summary>
    public Jail Create(JailRequest request, JailCaller? caller = null) => _engine.Create(request, caller ?? JailCaller.Root);

    /// <summary>The workspaces that outlive jails.</summary>
    public WorkspaceKeeper Workspaces => _engine.Workspaces!;

    /// <summary>Runs a command and returns how it ended.</summary>
    public static CommandEnd Run(Jail jail, params string[] argv) => jail.Start(new CommandSpec { Argv = [.. argv] }, Nowhere).Wait().End;

    /// <summary>Returns when nothing is left of the jails that were disposed before.</summary>
    public void Settle() => _engine.Settle();

    public void Dispose()
    {
        _engine.Dispose();
        if (HostFeatures.Current.Cgroup.MountPoint is string mount && Directory.Exists(Path.Combine(mount, CgroupName)))
        {
            Directory.Delete(Path.Combine(mount, CgroupName)); // says so if a cgroup is left in it
        }
    }
}
