using System.Diagnostics;
using AgentSandbox.Grpc.Client;
using AgentSandbox.V1;
using Grpc.Core;
using Xunit;

namespace AgentSandbox.Tests.Rig.Service;

/// <summary>A process that the kernel does not let go of, here by a frozen file system, while the service is killed.</summary>
public sealed class StuckJailTests
{
    private const string StuckMessage = "MESSAGE_ID=e3a8c5d1b7f04962a0d94c7be1586f23";
    private const string EndedMessage = "MESSAGE_ID=6307e36f6dbdf1d2aa38ae34cb08aee5";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Service_KilledBesideAProcessThatCannotDie_HasTheOtherJails_AndEndsTheStuckOneWhenItCan()
    {
        InstalledService.RequireThatJailsAreKept();
        Requires.Feature("loop");
        using FrozenDisk disk = new();
        string stuck, other;
        string cursor = InstalledService.Cursor();
        using (UnixChannel channel = InstalledService.NewChannel())
        {
            V1.Jails.JailsClient jails = new(channel);
            JailConfig config = InstalledService.Config("shell");
            other = (await jails.CreateJailAsync(new CreateJailRequest { Config = config }, cancellationToken: Token)).Id;
            config.Binds.Add(new Bind { Source = disk.MountPoint, Target = "/data", Writable = true });
            disk.Freeze();
            stuck = (await jails.CreateJailAsync(new CreateJailRequest { Config = config }, cancellationToken: Token)).Id;
            await new Commands.CommandsClient(channel).StartCommandAsync(
                new StartCommandRequest { Jail = stuck, Command = new CommandConfig { Argv = { "touch", "/data/file" } } }, cancellationToken: Token);
            InstalledService.WaitUntil(() => FrozenDisk.FindWaiting("/data/file") is not null, "touch does not wait for the disk");
            Assert.Equal(StatusCode.Unavailable, StatusOf(() => jails.DeleteJail(new DeleteJailRequest { Id = stuck }, cancellationToken: Token)));
        }

        Stopwatch clock = Stopwatch.StartNew();
        Tool.Run("systemctl", "kill", "--kill-whom=main", "--signal=KILL", InstalledService.Name);
        using UnixChannel again = InstalledService.NewChannel(); // systemd holds the socket meanwhile
        V1.Jails.JailsClient after = new(again);
        Assert.Equal(JailState.Running, (await after.GetJailAsync(new GetJailRequest { Id = other }, cancellationToken: Token)).State);
        TestContext.Current.TestOutputHelper!.WriteLine($"the service answered {clock.Elapsed} after it was killed");

        Assert.Equal(0, (await new Commands.CommandsClient(again).ExecuteAsync(
            new ExecuteRequest { Jail = other, Command = new CommandConfig { Argv = { "true" } } }, cancellationToken: Token)).Ended.ExitCode);
        Assert.Equal(JailState.Stuck, (await after.GetJailAsync(new GetJailRequest { Id = stuck }, cancellationToken: Token)).State);
        Assert.Equal(StatusCode.Unavailable, StatusOf(() => after.DeleteJail(new DeleteJailRequest { Id = stuck }, cancellationToken: Token)));
        InstalledService.WaitUntil(() => InstalledService.Property("StatusText").EndsWith(", 1 jails stuck in the kernel", StringComparison.Ordinal), "the status does not say it");
        InstalledService.WaitUntil(() => InstalledService.Journal(cursor, StuckMessage).Contains(stuck, StringComparison.Ordinal), "the journal does not say it");

        disk.Thaw();

        InstalledService.WaitUntil(() => StatusOf(() => after.GetJail(new GetJailRequest { Id = stuck }, cancellationToken: Token)) == StatusCode.NotFound, "the jail does not end");
        InstalledService.WaitUntil(() => InstalledService.Journal(cursor, EndedMessage).Contains(stuck, StringComparison.Ordinal), "the journal does not say that it ended");
        await after.DeleteJailAsync(new DeleteJailRequest { Id = other }, cancellationToken: Token);
    }

    private static StatusCode StatusOf(Action call)
    {
        try
        {
            call();
            return StatusCode.OK;
        }
        catch (RpcException refused)
        {
            return refused.StatusCode;
        }
    }
}
