using System.Diagnostics;
using AgentSandbox.Tests.Daemon.Api;
using AgentSandbox.V1;
using Xunit;

namespace AgentSandbox.Tests.Daemon.Load;

/// <summary>Jails come and go: the daemon keeps nothing of them.</summary>
[Collection(Alone.Name)]
public sealed class CycleTests(DaemonFixture fixture) : IClassFixture<DaemonFixture>
{
    private const int WarmUp = 100;
    private const int Cycles = 20_000;
    private const int AtOnce = 4;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task CreateAndDelete_20000Times_LeavesNothing()
    {
        Requires.Feature("root");
        await CycleAsync(WarmUp);
        Holdings before = await SettleAsync(null);
        await CycleAsync(Cycles);
        Holdings after = await SettleAsync(before);

        TestContext.Current.SendDiagnosticMessage($"before: {before}; after: {after}");
        Assert.True(before.Covers(after), $"before: {before}; after: {after}");
    }

    private async Task CycleAsync(int cycles) => await Parallel.ForAsync(0, cycles, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = Token }, async (i, token) =>
    {
        JailConfig config = DaemonProcess.Config(i % 2 == 0 ? "minimal" : "shell");
        string jail = (await fixture.Jails.CreateJailAsync(new CreateJailRequest { Config = config }, cancellationToken: token)).Id;
        if (i % 10 == 0)
        {
            await fixture.Commands.ExecuteAsync(new ExecuteRequest { Jail = jail, Command = new CommandConfig { Argv = { "true" } } }, cancellationToken: token);
        }

        await fixture.Jails.DeleteJailAsync(new DeleteJailRequest { Id = jail }, cancellationToken: token);
    });

    // The daemon takes dead jails apart, and makes sites ahead, on a thread of its own: what it holds is looked at until it is what it was, or the same for a hundred looks.
    private async Task<Holdings> SettleAsync(Holdings? expected)
    {
        Holdings last = await LookAsync();
        long start = Stopwatch.GetTimestamp();
        for (int same = 0; same < 100 && expected?.Covers(last) != true && Stopwatch.GetElapsedTime(start) < s_patience;)
        {
            Holdings now = await LookAsync();
            same = now == last ? same + 1 : 0;
            last = now;
        }

        return last;
    }

    private async Task<Holdings> LookAsync()
    {
        StatusResponse status = await fixture.Host.GetStatusAsync(new GetStatusRequest(), cancellationToken: Token);
        return Holdings.Read(fixture.Daemon, status);
    }
}
