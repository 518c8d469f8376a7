using System.Collections.Immutable;
using System.Globalization;
using AgentSandbox.Jails.Policy;
using AgentSandbox.Jails.Profiles;
using AgentSandbox.Jails.Supervise;
using AgentSandbox.Kernel;
using AgentSandbox.Kernel.Child;
using Xunit;

namespace AgentSandbox.Tests.Kernel.Engine;

/// <summary>Jails that were made before they were asked for.</summary>
[Collection(Alone.Name)]
public sealed class ReadyJailsTests : IDisposable
{
    private readonly JailRequest _request = TestEngine.Request("python") with { EndsWithMaker = false };
    private readonly TestEngine _engine;
    private int _births;

    public ReadyJailsTests()
    {
        Requires.Feature("root");
        _engine = new TestEngine(Count, new Reserve(Sites: 0, Jails: 1));
    }

    public void Dispose() => _engine.Dispose();

    [Fact]
    public void Create_WhenOneIsReady_BearsNone()
    {
        MakeReady();
        int before = _births;

        using Jail jail = _engine.Create(_request);

        Assert.Equal(before, _births);
        Assert.Equal(new CommandEnd.Exited(0), TestEngine.Run(jail, "/usr/bin/true"));
    }

    [Fact]
    public void Create_WhenOneIsReady_ProvesWhatAColdOneProves()
    {
        using Jail cold = _engine.Create(_request);
        _engine.Settle();

        using Jail ready = _engine.Create(_request);

        Assert.Equal(cold.PlanHash, ready.PlanHash);
        Assert.Equal(cold.Proof.Namespaces.Keys, ready.Proof.Namespaces.Keys);
        Assert.Empty(cold.Proof.Namespaces.Values.Intersect(ready.Proof.Namespaces.Values));
        Assert.Equal(cold.Proof.Mounts.Select(m => (m.Target, m.Type)), ready.Proof.Mounts.Select(m => (m.Target, m.Type)));
        Assert.Equal(cold.Proof.Init, ready.Proof.Init with { Uids = cold.Proof.Init.Uids, Gids = cold.Proof.Init.Gids });
        Assert.NotEqual(cold.Proof.UidMap, ready.Proof.UidMap);
        Assert.Equal(cold.Proof.Cgroup.ToArray(), ready.Proof.Cgroup.ToArray());
    }

    [Fact]
    public void Create_WhenOneIsReady_GivesItWhatTheRequestAsks()
    {
        MakeReady();

        using Jail jail = _engine.Create(_request with { OpenFiles = 77, Environment = ImmutableSortedDictionary<string, string>.Empty.Add("ASKED", "yes") });

        Assert.Equal(new CommandEnd.Exited(0), TestEngine.Run(jail, "/bin/sh", "-c", "test $(ulimit -n) = 77 && test $ASKED = yes"));
    }

    [Fact]
    public void Create_WhenTheRequestIsRefused_TakesNone()
    {
        MakeReady();

        Assert.Throws<PolicyException>(() => _engine.Create(_request with { OpenFiles = long.MaxValue }));

        int before = _births;
        _engine.Create(_request).Dispose();
        Assert.Equal(before, _births);
    }

    [Fact]
    public void Create_WhenItBindsOrEndsWithItsMaker_BearsAJail()
    {
        using TemporaryFolder folder = new();
        foreach (JailRequest other in new[] { _request with { EndsWithMaker = true }, _request with { Binds = [new BindRequest(folder.Path, "/data", Writable: false)] } })
        {
            MakeReady();
            int before = _births;
            using Jail jail = _engine.Create(other);
            Assert.True(_births > before);
        }
    }

    [Fact]
    public void Create_WhenTheReadyOneWasKilled_GivesAnother()
    {
        MakeReady();
        int victim = Assert.Single(Inits());
        using (ChildProcess init = ChildProcess.Adopt(victim, Pidfd.Open(victim)!))
        {
            init.Kill();
            Assert.True(init.WaitForEnd(TimeSpan.FromSeconds(5)));
        }

        using Jail jail = _engine.Create(_request);

        Assert.NotEqual(victim, jail.InitPid);
        Assert.Equal(new CommandEnd.Exited(0), TestEngine.Run(jail, "/usr/bin/true"));
    }

    [Fact]
    public void Create_WhenTheProfileWasReadAgain_TakesNoneOfTheOld()
    {
        MakeReady();
        int old = Assert.Single(Inits());
        JailProfile again = TestEngine.Request("python").Profile with { Isolation = _request.Profile.Isolation with { Hostname = "other" } };

        using Jail jail = _engine.Create(_request with { Profile = again });

        Assert.Equal(new CommandEnd.Exited(0), TestEngine.Run(jail, "/bin/sh", "-c", "test $(uname -n) = other"));
        _engine.Settle();
        Assert.DoesNotContain(old, Inits());
    }

    private void MakeReady()
    {
        _engine.Create(_request).Dispose();
        _engine.Settle();
    }

    private ChildProgram Count(ChildProgram program)
    {
        if (program.Name == "jail")
        {
            Interlocked.Increment(ref _births);
        }

        return program;
    }

    // Our children whose program is that of PID 1.
    private static int[] Inits() =>
    [
        .. Directory.GetDirectories("/proc/self/task")
            .SelectMany(task => File.ReadAllText(Path.Combine(task, "children")).Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Select(pid => int.Parse(pid, CultureInfo.InvariantCulture))
            .Where(pid => new FileInfo($"/proc/{pid}/exe").LinkTarget?.Contains("jail-init", StringComparison.Ordinal) == true),
    ];
}
