using System.Diagnostics;
using AgentSandbox.Grpc.Details;
using AgentSandbox.V1;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using Xunit;

namespace AgentSandbox.Tests.Daemon.Api;

/// <summary>A process that the kernel does not let go of, here by a frozen file system, cannot be killed. It holds its own jail and nothing else (threat D87).</summary>
public sealed class StuckJailTests(DaemonFixture fixture) : IClassFixture<DaemonFixture>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Jail_WithAProcessThatCannotDie_HoldsNobodyUp_AndEndsWhenItCan()
    {
        Requires.Feature("root");
        using FrozenDisk disk = new();
        JailConfig config = DaemonProcess.Config("shell");
        config.Binds.Add(new Bind { Source = disk.MountPoint, Target = "/data", Writable = true });
        Jail stuck = await fixture.Jails.CreateJailAsync(new CreateJailRequest { Config = config }, cancellationToken: Token);
        Jail overdue = await fixture.Jails.CreateJailAsync(new CreateJailRequest { Config = Lives(config, seconds: 6) }, cancellationToken: Token);
        disk.Freeze();
        foreach (Jail jail in (Jail[])[stuck, overdue])
        {
            await fixture.Commands.StartCommandAsync(
                new StartCommandRequest { Jail = jail.Id, Command = new CommandConfig { Argv = { "touch", $"/data/{jail.Id}" } } }, cancellationToken: Token);
            await Eventually.IsSoAsync(() => FrozenDisk.FindWaiting($"/data/{jail.Id}") is not null, "touch does not wait for the disk");
        }

        RpcException refused = await Assert.ThrowsAsync<RpcException>(async () =>
            await fixture.Jails.DeleteJailAsync(new DeleteJailRequest { Id = stuck.Id }, deadline: DateTime.UtcNow + Eventually.Patience, cancellationToken: Token));

        Assert.Equal(StatusCode.Unavailable, refused.StatusCode);
        Assert.Equal("JAIL_STUCK", refused.GetRpcStatus()!.GetDetail<ErrorInfo>()!.Reason);
        Jail next = await fixture.Jails.CreateJailAsync(new CreateJailRequest { Config = Lives(DaemonProcess.Config("shell"), seconds: 1) }, cancellationToken: Token);
        await Eventually.IsSoAsync(() => IsGoneAsync(next), "a jail whose time is over does not end beside one that cannot");
        Assert.False(await IsGoneAsync(stuck) || await IsGoneAsync(overdue));

        disk.Thaw();

        await Eventually.IsSoAsync(() => IsGoneAsync(stuck), "it does not end");
        await Eventually.IsSoAsync(() => IsGoneAsync(overdue), "it does not end");
    }

    private static JailConfig Lives(JailConfig config, int seconds)
    {
        JailConfig other = config.Clone();
        other.TimeToLive = Duration.FromTimeSpan(TimeSpan.FromSeconds(seconds));
        return other;
    }

    private async Task<bool> IsGoneAsync(Jail jail)
    {
        try
        {
            await fixture.Jails.GetJailAsync(new GetJailRequest { Id = jail.Id }, cancellationToken: Token);
            return false;
        }
        catch (RpcException absent) when (absent.StatusCode == StatusCode.NotFound)
        {
            return true;
        }
    }
}
