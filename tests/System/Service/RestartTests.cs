using AgentSandbox.Grpc.Client;
using AgentSandbox.V1;
using Grpc.Core;
using Xunit;

namespace AgentSandbox.Tests.Rig.Service;

/// <summary>What becomes of jails and commands when the service is killed or restarted.</summary>
public sealed class RestartTests
{
    private const int Jails = 200;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("kill", "--kill-whom=main", "--signal=KILL")]
    [InlineData("restart")]
    public async Task Service_WhenItIsKilledOrRestarted_HasAllJailsAgain(params string[] how)
    {
        InstalledService.RequireThatJailsAreKept();
        List<Jail> before = [];
        using (UnixChannel channel = InstalledService.NewChannel())
        {
            V1.Jails.JailsClient jails = new(channel);
            for (int i = 0; i < Jails; i++)
            {
                JailConfig config = InstalledService.Config("minimal");
                config.Labels["restart"] = "yes";
                config.Limits = new Limits { MemoryBytes = (32 + i) << 20, Pids = 20 + i };
                Jail made = await jails.CreateJailAsync(new CreateJailRequest { Config = config }, cancellationToken: Token);
                before.Add(await jails.GetJailAsync(new GetJailRequest { Id = made.Id }, cancellationToken: Token));
            }
        }

        string main = InstalledService.Property("MainPID");
        Tool.Run(["systemctl", .. how, InstalledService.Name]);
        using UnixChannel again = InstalledService.NewChannel(); // systemd holds the socket meanwhile
        V1.Jails.JailsClient after = new(again);
        foreach (Jail jail in before)
        {
            Assert.Equal(jail, await after.GetJailAsync(new GetJailRequest { Id = jail.Id }, cancellationToken: Token));
        }

        Assert.NotEqual(main, InstalledService.Property("MainPID"));
        foreach (Jail jail in before)
        {
            await after.DeleteJailAsync(new DeleteJailRequest { Id = jail.Id }, cancellationToken: Token);
        }

        Assert.DoesNotContain(await ListAsync(after), jail => jail.Labels.ContainsKey("restart"));
    }

    [Fact]
    public async Task BackgroundCommand_OverAKill_LosesNeitherItsOutputNorItsExitStatus()
    {
        InstalledService.RequireThatJailsAreKept();
        string jail;
        using (UnixChannel channel = InstalledService.NewChannel())
        {
            jail = (await new V1.Jails.JailsClient(channel).CreateJailAsync(new CreateJailRequest { Config = InstalledService.Config("shell") }, cancellationToken: Token)).Id;
            await new Commands.CommandsClient(channel).StartCommandAsync(
                new StartCommandRequest { Jail = jail, Command = new CommandConfig { Argv = { "sh", "-c", "while [ ! -e go ]; do echo waiting; sleep 0.1; done; echo done; exit 7" } } }, cancellationToken: Token);
        }

        Tool.Run("systemctl", "kill", "--kill-whom=main", "--signal=KILL", InstalledService.Name);
        using UnixChannel again = InstalledService.NewChannel();
        Commands.CommandsClient commands = new(again);
        await commands.ExecuteAsync(new ExecuteRequest { Jail = jail, Command = new CommandConfig { Argv = { "touch", "go" } } }, cancellationToken: Token);
        Command ended = await commands.WaitCommandAsync(new WaitCommandRequest { Jail = jail, Command = "c-1" }, cancellationToken: Token);
        string output = "";
        using AsyncServerStreamingCall<ExecResponse> attached = commands.Attach(new AttachRequest { Jail = jail, Command = "c-1" }, cancellationToken: Token);
        while (await attached.ResponseStream.MoveNext(Token))
        {
            output += attached.ResponseStream.Current.Stdout.ToStringUtf8();
        }

        Assert.EndsWith("waiting\ndone\n", output, StringComparison.Ordinal);
        if (Requires.Has("pidfd-exit"))
        {
            Assert.Equal(7, ended.Ended.ExitCode);
        }
        else
        {
            Assert.Equal(EndReason.Unknown, ended.Ended.Reason); // the kernel does not keep it: then that is said
        }

        await new V1.Jails.JailsClient(again).DeleteJailAsync(new DeleteJailRequest { Id = jail }, cancellationToken: Token);
    }

    [Theory]
    [InlineData("kill", "--kill-whom=main", "--signal=KILL")]
    [InlineData("restart")]
    public async Task Service_WhereSystemdCannotKeepJails_StartsWithoutThem(params string[] how)
    {
        InstalledService.Require();
        Assert.SkipWhen(Requires.Has("systemd-254"), "jails are kept here");
        string jail;
        using (UnixChannel channel = InstalledService.NewChannel())
        {
            jail = (await new V1.Jails.JailsClient(channel).CreateJailAsync(new CreateJailRequest { Config = InstalledService.Config("shell") }, cancellationToken: Token)).Id;
            await new Commands.CommandsClient(channel).StartCommandAsync(
                new StartCommandRequest { Jail = jail, Command = new CommandConfig { Argv = { "sleep", "86399" } } }, cancellationToken: Token);
        }

        Tool.Run(["systemctl", .. how, InstalledService.Name]);

        using UnixChannel again = InstalledService.NewChannel();
        Assert.DoesNotContain(await ListAsync(new V1.Jails.JailsClient(again)), listed => listed.Id == jail);
        Assert.DoesNotContain("sleep 86399", Tool.Run("ps", "-eo", "args"), StringComparison.Ordinal);
        Assert.Equal(0, (await InstalledService.RunAsync(again, InstalledService.Config("shell"), "true")).Ended.ExitCode);
    }

    private static async Task<IReadOnlyList<Jail>> ListAsync(V1.Jails.JailsClient jails) =>
        [.. (await jails.ListJailsAsync(new ListJailsRequest { PageSize = 1000 }, cancellationToken: Token)).Jails];
}
