using System.Diagnostics;
using System.Globalization;
using AgentSandbox.Grpc.Client;
using AgentSandbox.Grpc.Details;
using AgentSandbox.Jails.Supervise;
using AgentSandbox.V1;
using Google.Rpc;
using Grpc.Core;
using Xunit;
using Jail = AgentSandbox.V1.Jail;
using JailState = AgentSandbox.V1.JailState;

namespace AgentSandbox.Tests.Daemon.Api;

/// <summary>A daemon that starts while the kernel does not let go of processes of an earlier run. Alone: a host has one daemon, and while it is away nobody else takes its uids.</summary>
[Collection(Alone.Name)]
public sealed class StuckRestartTests
{
    private static readonly TimeSpan s_longestStart = TimeSpan.FromSeconds(30); // two waits of three seconds, on a machine that has other things to do

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Restart_BesideProcessesThatCannotDie_HasTheOthers_AndEndsThemWhenItCan()
    {
        Requires.Feature("loop");
        Requires.Feature("cgroup");
        using FrozenDisk disk = new();
        using DaemonProcess daemon = await DaemonProcess.StartAsync();
        string other, killed, lost, waiting;
        AsyncUnaryCall<ExecuteResponse> called; // its caller goes with the daemon, so nobody has it afterwards
        using (UnixChannel channel = daemon.NewChannel())
        {
            V1.Jails.JailsClient jails = new(channel);
            JailConfig config = DaemonProcess.Config("shell");
            other = (await jails.CreateJailAsync(new CreateJailRequest { Config = config }, cancellationToken: Token)).Id;
            config.Binds.Add(new Bind { Source = disk.MountPoint, Target = "/data", Writable = true });
            disk.Freeze();
            killed = await StartWaitingAsync(channel, config);
            lost = await StartWaitingAsync(channel, config);
            waiting = await StartWaitingAsync(channel, config);
            called = new Commands.CommandsClient(channel).ExecuteAsync(
                new ExecuteRequest { Jail = waiting, Command = new CommandConfig { Argv = { "touch", "/data/called" } } }, cancellationToken: Token);
            await Eventually.IsSoAsync(() => FrozenDisk.FindWaiting("/data/called") is not null, "touch does not wait for the disk");
            Assert.Equal("JAIL_STUCK", await ReasonAsync(jails.DeleteJailAsync(new DeleteJailRequest { Id = killed }, cancellationToken: Token)));
        }

        uint range = RangeOf(FrozenDisk.FindWaiting($"/data/{lost}")!.Value);
        File.Delete(Path.Combine(daemon.KeptJails, $"{lost}.jail"));
        Stopwatch clock = Stopwatch.StartNew();
        await daemon.RestartAsync();

        Assert.True(clock.Elapsed < s_longestStart, $"it took {clock.Elapsed}");
        using UnixChannel again = daemon.NewChannel();
        V1.Jails.JailsClient after = new(again);
        Commands.CommandsClient commands = new(again);
        Assert.Equal(JailState.Stuck, (await after.GetJailAsync(new GetJailRequest { Id = killed }, cancellationToken: Token)).State);
        Jail alive = await after.GetJailAsync(new GetJailRequest { Id = waiting }, cancellationToken: Token);
        Assert.Equal((JailState.Running, 1), (alive.State, alive.RunningCommands));
        await Assert.ThrowsAsync<RpcException>(async () => await called);
        Assert.True(await IsGoneAsync(after, lost));
        ExecuteRequest execute = new() { Jail = other, Command = new CommandConfig { Argv = { "true" } } };
        Assert.Equal(0, (await commands.ExecuteAsync(execute, cancellationToken: Token)).Ended.ExitCode);
        execute.Jail = killed;
        Assert.Equal("JAIL_STUCK", await ReasonAsync(commands.ExecuteAsync(execute, cancellationToken: Token)));
        Assert.Equal("JAIL_STUCK", await ReasonAsync(after.DeleteJailAsync(new DeleteJailRequest { Id = killed }, cancellationToken: Token)));
        Assert.True(Directory.Exists(CgroupOf(daemon, lost)));
        using UidRangePool pool = new("/run/agent-sandboxd", UidRegion.Service);
        Assert.Null(pool.TakeAgain(range));
        await Eventually.IsSoAsync(() => Records(daemon, "jail-stuck", killed) && Records(daemon, "jail-stuck", lost), "they are not on record as stuck");
        Assert.Contains($"all in jail {lost} is killed, but", daemon.Log, StringComparison.Ordinal);

        disk.Thaw();

        await Eventually.IsSoAsync(() => IsGoneAsync(after, killed), "what was killed does not end");
        await Eventually.IsSoAsync(() => !Directory.Exists(CgroupOf(daemon, lost)) && Records(daemon, "jail-ended", lost), "what is lost does not end");
        await after.DeleteJailAsync(new DeleteJailRequest { Id = waiting }, cancellationToken: Token);
        await after.DeleteJailAsync(new DeleteJailRequest { Id = other }, cancellationToken: Token);
    }

    private static async Task<string> StartWaitingAsync(UnixChannel channel, JailConfig config)
    {
        string jail = (await new V1.Jails.JailsClient(channel).CreateJailAsync(new CreateJailRequest { Config = config }, cancellationToken: Token)).Id;
        await new Commands.CommandsClient(channel).StartCommandAsync(
            new StartCommandRequest { Jail = jail, Command = new CommandConfig { Argv = { "touch", $"/data/{jail}" } } }, cancellationToken: Token);
        await Eventually.IsSoAsync(() => FrozenDisk.FindWaiting($"/data/{jail}") is not null, "touch does not wait for the disk");
        return jail;
    }

    private static async Task<string?> ReasonAsync<T>(AsyncUnaryCall<T> call) =>
        (await Assert.ThrowsAsync<RpcException>(async () => await call)).GetRpcStatus()?.GetDetail<ErrorInfo>()?.Reason;

    private static async Task<bool> IsGoneAsync(V1.Jails.JailsClient jails, string jail)
    {
        try
        {
            await jails.GetJailAsync(new GetJailRequest { Id = jail }, cancellationToken: Token);
            return false;
        }
        catch (RpcException absent) when (absent.StatusCode == StatusCode.NotFound)
        {
            return true;
        }
    }

    private static string CgroupOf(DaemonProcess daemon, string jail) => Path.Combine(daemon.Cgroup!, "jails", jail);

    private static bool Records(DaemonProcess daemon, string kind, string jail) =>
        File.ReadLines(daemon.AuditFile).Any(line => line.Contains($"\"{kind}\"", StringComparison.Ordinal) && line.Contains(jail, StringComparison.Ordinal));

    // proc_pid_status(5): Uid:, and the real uid. Ranges are of 65,536.
    private static uint RangeOf(int pid) =>
        uint.Parse(File.ReadLines($"/proc/{pid}/status").First(line => line.StartsWith("Uid:", StringComparison.Ordinal)).Split('\t')[1], CultureInfo.InvariantCulture) & 0xFFFF_0000;
}
