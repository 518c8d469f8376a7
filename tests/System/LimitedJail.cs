using System.Diagnostics;
using AgentSandbox.Jails.Host;
using AgentSandbox.Jails.Plan;
using AgentSandbox.Jails.Policy;
using AgentSandbox.Jails.Profiles;
using AgentSandbox.Jails.Supervise;
using AgentSandbox.Kernel;
using Microsoft.Win32.SafeHandles;
using Xunit;

namespace AgentSandbox.Tests.Rig;

/// <summary>A jail with limits of a test's own, on a host that has the controllers to hold them.</summary>
internal sealed class LimitedJail : IDisposable
{
    private static readonly HostFacts s_host = HostFacts.From(HostFeatures.Current);
    private static readonly ProfileStore s_profiles = new(Path.Combine(AppContext.BaseDirectory, "native-profiles"));
    private static readonly SafeFileHandle s_nothing = Files.Open("/dev/null", Libc.O_RDWR);
    private static readonly JailEngine s_engine = EmbeddedEngine.Create(s_host, HostFeatures.Current);

    public LimitedJail(Func<JailRequest, JailRequest> limit)
    {
        // A rig without Landlock is a rig all the same; no cgroup layer is given up.
        JailRequest request = new() { Profile = s_profiles.Load("python"), AllowDegraded = ["landlock"] };
        Jail = s_engine.Create(limit(request), JailCaller.Root);
    }

    public Jail Jail { get; }

    /// <summary>Skips the test on a machine where <paramref name="controllers"/> are missing, or where it is not root.</summary>
    public static void Require(params string[] controllers)
    {
        Requires.Feature("root");
        foreach (string controller in controllers)
        {
            Assert.SkipUnless(Requires.Controller(controller), $"needs cgroup v2 controller '{controller}'");
        }
    }

    /// <summary>Starts a Python program.</summary>
    public Command StartPython(string program) => Start("/usr/bin/python3", "-c", program);

    /// <summary>Starts a program whose output goes nowhere.</summary>
    public Command Start(params string[] argv) => Jail.Start(new CommandSpec { Argv = [.. argv] }, new CommandStdio(s_nothing, s_nothing, s_nothing));

    /// <summary>Runs a program and says how it ended.</summary>
    public CommandEnd Run(params string[] argv) => Start(argv).Wait().End;

    /// <summary>Waits until a program of the jail has made the file <paramref name="path"/>.</summary>
    public void WaitFor(string path)
    {
        Stopwatch clock = Stopwatch.StartNew();
        SafeFileHandle? file;
        while ((file = Files.TryOpenAt(Jail.Root, path, Libc.O_PATH, Libc.RESOLVE_IN_ROOT)) is null)
        {
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(30), $"{path} was not made");
            Thread.Sleep(10);
        }

        file.Dispose();
    }

    public void Dispose() => Jail.Dispose();
}
