using AgentSandbox.Jails.Policy;
using AgentSandbox.Jails.Supervise;
using Xunit;

namespace AgentSandbox.Tests.Kernel.Engine;

/// <summary>Children are born while the garbage collector stops the world all the time (threats F144).</summary>
[Collection(Alone.Name)]
public sealed class SpawnStressTests
{
    private const int Threads = 4;
    private const int JailsPerThread = 250;
    private const int CommandsPerJail = 19;

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public void Spawns_UnderConstantCollection_NeitherHangNorLeak(int readyCommands)
    {
        Requires.Feature("root");
        JailRequest request = TestEngine.Request("python");
        using TestEngine engine = new(reserve: new Reserve(Sites: 0, Jails: 0, readyCommands));
        Cycle(engine, request); // what the runtime and the engine open once is open now
        engine.Settle();
        Census before = Census.Take();
        using CancellationTokenSource done = new();
        Thread[] collectors = [.. Enumerable.Range(0, 2).Select(_ => Start(() => Collect(done.Token)))];

        int spawned = 0;
        Thread[] spawners = [.. Enumerable.Range(0, Threads).Select(_ => Start(() =>
        {
            for (int i = 0; i < JailsPerThread; i++)
            {
                Interlocked.Add(ref spawned, Cycle(engine, request));
            }
        }))];
        Array.ForEach(spawners, t => t.Join());
        done.Cancel();
        Array.ForEach(collectors, t => t.Join());

        Assert.Equal(20_000, spawned);
        engine.Settle();
        before.AssertUnchanged();
    }

    // A jail and its commands: 20 children that run programs.
    private static int Cycle(TestEngine engine, JailRequest request)
    {
        using Jail jail = engine.Create(request);
        for (int i = 0; i < CommandsPerJail; i++)
        {
            Assert.Equal(new CommandEnd.Exited(0), TestEngine.Run(jail, "/usr/bin/true"));
        }

        return 1 + CommandsPerJail;
    }

    private static void Collect(CancellationToken done)
    {
        List<byte[]> garbage = [];
        for (int i = 0; !done.IsCancellationRequested; i++)
        {
            garbage.Add(new byte[16 * 1024]);
            if (garbage.Count == 200)
            {
                garbage.Clear();
                GC.Collect(i % 3);
            }
        }
    }

    private static Thread Start(ThreadStart work)
    {
        Thread thread = new(work);
        thread.Start();
        return thread;
    }
}
