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

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task CreateAndDelete_20000Times_LeavesNothing()
    {
        Requires.Feature("root");
        await CycleAsync(WarmUp);
        Holdings before = await Holdings.SettleAsync(LookAsync, null);
        await CycleAsync(Cycles);
        Holdings after = await Holdings.SettleAsync(LookAsync, before);

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

    private async Task<Holdings> LookAsync()
    {
        StatusResponse status = await fixture.Host.GetStatusAsync(new GetStatusRequest(), cancellationToken: Token);
        return Holdings.Read(fixture.Daemon.Pid, fixture.Daemon.Cgroup, status.Jails);
    }
}
