using AgentSandbox.Grpc.Client;
using AgentSandbox.V1;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Xunit;

namespace AgentSandbox.Tests.Daemon.Api;

/// <summary>What a daemon that was killed leaves, and what the next one makes of it. Alone: a host has one daemon, and while it is away nobody else takes its uids.</summary>
[Collection(Alone.Name)]
public sealed class RestartTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Restart_AfterKill9_HasTheSameJails()
    {
        Requires.Feature("cgroup");
        using DaemonProcess daemon = await DaemonProcess.StartAsync();
        Jail before;
        using (UnixChannel channel = daemon.NewChannel())
        {
            JailConfig config = DaemonProcess.Config("shell");
            config.Labels["a"] = "b";
            config.Limits = new Limits { FileSizeBytes = 12345 };
            config.TimeToLive = Duration.FromTimeSpan(TimeSpan.FromHours(1));
            before = await new V1.Jails.JailsClient(channel).CreateJailAsync(new CreateJailRequest { Config = config }, cancellationToken: Token);
            await ExecuteAsync(channel, before.Id, "touch", "file");
        }

        await daemon.RestartAsync();
        using UnixChannel again = daemon.NewChannel();
        Jail after = await new V1.Jails.JailsClient(again).GetJailAsync(new GetJailRequest { Id = before.Id }, cancellationToken: Token);

        Assert.Equal(before, after);
        ExecuteResponse answer = await ExecuteAsync(again, before.Id, "sh", "-c", "ls; grep Seccomp: /proc/self/status; ulimit -f");
        Assert.Equal("file\nSeccomp:\t2\n24\n", answer.Stdout.ToStringUtf8()); // ulimit -f counts in 512 bytes
        await new V1.Jails.JailsClient(again).DeleteJailAsync(new DeleteJailRequest { Id = before.Id }, cancellationToken: Token);
    }

    [Fact]
    public async Task Restart_WhileABackgroundCommandRuns_StillLearnsItsExitStatus()
    {
        Requires.Feature("cgroup");
        Requires.Feature("pidfd-exit");
        using DaemonProcess daemon = await DaemonProcess.StartAsync();
        string jail;
        using (UnixChannel channel = daemon.NewChannel())
        {
            jail = (await new V1.Jails.JailsClient(channel).CreateJailAsync(new CreateJailRequest { Config = DaemonProcess.Config("shell") }, cancellationToken: Token)).Id;
            await new Commands.CommandsClient(channel).StartCommandAsync(
                new StartCommandRequest { Jail = jail, Command = new CommandConfig { Argv = { "sh", "-c", "while [ ! -e go ]; do sleep 0.05; done; exit 7" } } }, cancellationToken: Token);
        }

        await daemon.RestartAsync();
        using UnixChannel again = daemon.NewChannel();
        Assert.Equal(0, (await ExecuteAsync(again, jail, "touch", "go")).Ended.ExitCode);
        Command ended = await new Commands.CommandsClient(again).WaitCommandAsync(new WaitCommandRequest { Jail = jail, Command = "c-1" }, cancellationToken: Token);
        Assert.Equal(EndReason.Exited, ended.Ended.Reason);
        Assert.Equal(7, ended.Ended.ExitCode);

        await daemon.RestartAsync();
        using UnixChannel third = daemon.NewChannel();
        Assert.Equal(7, (await new Commands.CommandsClient(third).GetCommandAsync(new GetCommandRequest { Jail = jail, Command = "c-1" }, cancellationToken: Token)).Ended.ExitCode);
        await new V1.Jails.JailsClient(third).DeleteJailAsync(new DeleteJailRequest { Id = jail }, cancellationToken: Token);
    }

    [Fact]
    public async Task Restart_EndsCommandsWhoseCallersAreGone()
    {
        Requires.Feature("cgroup");
        using DaemonProcess daemon = await DaemonProcess.StartAsync();
        string jail;
        using (UnixChannel channel = daemon.NewChannel())
        {
            jail = (await new V1.Jails.JailsClient(channel).CreateJailAsync(new CreateJailRequest { Config = DaemonProcess.Config("shell") }, cancellationToken: Token)).Id;
            using AsyncDuplexStreamingCall<ExecRequest, ExecResponse> call = new Commands.CommandsClient(channel).Exec(cancellationToken: Token);
            await call.RequestStream.WriteAsync(new ExecRequest { Start = new ExecStart { Jail = jail, Command = new CommandConfig { Argv = { "sleep", "1234" } } } }, Token);
            Assert.True(await call.ResponseStream.MoveNext(Token));
            Assert.Single(Sleepers());
            await daemon.RestartAsync();
        }

        using UnixChannel again = daemon.NewChannel();
        Assert.Equal(0, (await new V1.Jails.JailsClient(again).GetJailAsync(new GetJailRequest { Id = jail }, cancellationToken: Token)).RunningCommands);
        Assert.Empty(Sleepers());
        await new V1.Jails.JailsClient(again).DeleteJailAsync(new DeleteJailRequest { Id = jail }, cancellationToken: Token);
    }

    private static string[] Sleepers() =>
        [.. Directory.GetDirectories("/proc").Where(d => int.TryParse(Path.GetFileName(d), out _)).Where(d => IsSleeper(Path.Combine(d, "cmdline")))];

    private static bool IsSleeper(string file)
    {
        try
        {
            return File.ReadAllText(file) == "sleep\01234\0";
        }
        catch (IOException)
        {
            return false; // the process has ended meanwhile
        }
    }

    private static async Task<ExecuteResponse> ExecuteAsync(UnixChannel channel, string jail, params string[] argv) =>
        await new Commands.CommandsClient(channel).ExecuteAsync(new ExecuteRequest { Jail = jail, Command = new CommandConfig { Argv = { argv } } }, cancellationToken: Token);
}
