using System.Diagnostics;
using System.Globalization;
using AgentSandbox.Grpc.Client;
using AgentSandbox.V1;
using Xunit;

namespace AgentSandbox.Tests.Rig.Service;

/// <summary>Jails come and go: the service keeps nothing of them.</summary>
public sealed class CycleTests
{
    private const int WarmUp = 200;
    private const int FewCycles = 1_000; // RIG_CYCLES says another number
    private const int FewestCycles = 200; // of emulated CPUs
    private const int AtOnce = 4;
    private const long FewBytes = 48 << 20; // what the garbage collector may keep for later

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task CreateAndDelete_ManyTimes_LeavesNothing()
    {
        InstalledService.Require();
        Requires.Feature("cgroup");
        string? asked = Environment.GetEnvironmentVariable("RIG_CYCLES");
        int cycles = asked is not null ? int.Parse(asked, CultureInfo.InvariantCulture) : Environment.GetEnvironmentVariable("RIG_ENGINE") == "qemu" ? FewestCycles : FewCycles;
        using UnixChannel channel = InstalledService.NewChannel();
        await CycleAsync(channel, WarmUp);
        int pid = InstalledService.MainPid;
        string cgroup = "/sys/fs/cgroup" + InstalledService.Property("ControlGroup");
        async Task<Holdings> LookAsync() =>
            Holdings.Read(pid, cgroup, (await new Host.HostClient(channel).GetStatusAsync(new GetStatusRequest(), cancellationToken: Token)).Jails);
        Holdings before = await Holdings.SettleAsync(LookAsync, null);
        (int mounts, long memory) = (CountMounts(pid), Holdings.ReadMemory(pid));
        Stopwatch clock = Stopwatch.StartNew();

        await CycleAsync(channel, cycles);

        TimeSpan time = clock.Elapsed;
        Holdings after = await Holdings.SettleAsync(LookAsync, before);
        string figures = string.Create(
            CultureInfo.InvariantCulture,
            $"{cycles} jails in {time.TotalSeconds:0} s; before: {before}, {mounts} mounts, {memory >> 20} MiB; after: {after}, {CountMounts(pid)} mounts, {Holdings.ReadMemory(pid) >> 20} MiB");
        TestContext.Current.TestOutputHelper!.WriteLine(figures);
        Assert.Equal(pid, InstalledService.MainPid);
        Assert.True(before.Covers(after) && CountMounts(pid) <= mounts && Holdings.ReadMemory(pid) <= memory + FewBytes, figures);
    }

    private static async Task CycleAsync(UnixChannel channel, int cycles) =>
        await Parallel.ForAsync(0, cycles, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = Token }, async (i, token) =>
        {
            V1.Jails.JailsClient jails = new(channel);
            string jail = (await jails.CreateJailAsync(new CreateJailRequest { Config = InstalledService.Config(i % 2 == 0 ? "minimal" : "shell") }, cancellationToken: token)).Id;
            if (i % 10 == 0)
            {
                await new Commands.CommandsClient(channel).ExecuteAsync(new ExecuteRequest { Jail = jail, Command = new CommandConfig { Argv = { "true" } } }, cancellationToken: token);
            }

            await jails.DeleteJailAsync(new DeleteJailRequest { Id = jail }, cancellationToken: token);
        });

    private static int CountMounts(int pid) => File.ReadAllLines($"/proc/{pid}/mountinfo").Length;
}
