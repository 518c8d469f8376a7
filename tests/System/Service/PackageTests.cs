using AgentSandbox.Grpc.Client;
using AgentSandbox.V1;
using Xunit;

namespace AgentSandbox.Tests.Rig.Service;

/// <summary>The package is upgraded, removed and purged. These tests take the service away, so the rig runs them after all others.</summary>
[Trait("Order", "Last")]
public sealed class PackageTests
{
    private static readonly string s_payload = Environment.GetEnvironmentVariable("RIG_PACKAGE") ?? "";

    [Fact]
    public async Task Upgrade_ReplacesTheDaemon_AndKeepsTheAdministratorsFiles()
    {
        Install();
        int before = InstalledService.MainPid;
        string socket = InstalledService.Property("InvocationID", InstalledService.SocketName);
        File.AppendAllText(InstalledService.Policy, "// the administrator's\n");
        CancellationToken token = TestContext.Current.CancellationToken;
        JailConfig config = InstalledService.Config("shell");
        config.Limits = new Limits { MemoryBytes = 77 << 20 };
        Jail jail;
        using (UnixChannel old = InstalledService.NewChannel())
        {
            jail = await new V1.Jails.JailsClient(old).CreateJailAsync(new CreateJailRequest { Config = config }, cancellationToken: token);
            await new Commands.CommandsClient(old).StartCommandAsync(
                new StartCommandRequest { Jail = jail.Id, Command = new CommandConfig { Argv = { "sh", "-c", "until [ -e go ]; do sleep 0.1; done; echo lived" } } }, cancellationToken: token);
        }

        Tool.Run("dpkg", "-i", Next());

        Assert.Equal("active", InstalledService.Property("ActiveState"));
        Assert.NotEqual(before, InstalledService.MainPid);
        Assert.Equal(socket, InstalledService.Property("InvocationID", InstalledService.SocketName));
        Assert.EndsWith("// the administrator's\n", File.ReadAllText(InstalledService.Policy), StringComparison.Ordinal);
        using UnixChannel channel = InstalledService.NewChannel();
        Assert.Equal(0, (await InstalledService.RunAsync(channel, InstalledService.Config("shell"), "true")).Ended.ExitCode);
        V1.Jails.JailsClient jails = new(channel);
        Commands.CommandsClient commands = new(channel);
        Assert.Equal(jail.Limits, (await jails.GetJailAsync(new GetJailRequest { Id = jail.Id }, cancellationToken: token)).Limits);
        await commands.ExecuteAsync(new ExecuteRequest { Jail = jail.Id, Command = new CommandConfig { Argv = { "touch", "go" } } }, cancellationToken: token);
        Command lived = await commands.WaitCommandAsync(new WaitCommandRequest { Jail = jail.Id, Command = "c-1" }, cancellationToken: token);
        Assert.True(lived.Ended is { Reason: EndReason.Exited or EndReason.Unknown }, $"{lived.Ended}"); // not: killed with the old daemon
        await jails.DeleteJailAsync(new DeleteJailRequest { Id = jail.Id }, cancellationToken: token);
    }

    [Fact]
    public void Upgrade_WhenTheAdministratorDisabledTheService_LeavesItDisabled()
    {
        Install();
        Tool.Run("systemctl", "disable", "--now", InstalledService.Name, InstalledService.SocketName);

        Tool.Run("dpkg", "-i", Next());

        Assert.Equal(("disabled", "inactive"), (InstalledService.Property("UnitFileState"), InstalledService.Property("ActiveState")));
        Assert.Equal(("disabled", "inactive"), (InstalledService.Property("UnitFileState", InstalledService.SocketName), InstalledService.Property("ActiveState", InstalledService.SocketName)));
        Tool.Run("systemctl", "enable", "--now", InstalledService.SocketName, InstalledService.Name);
    }

    [Fact]
    public async Task Remove_EndsDaemonAndJails_AndKeepsTheAdministratorsFiles()
    {
        Install();
        using UnixChannel channel = InstalledService.NewChannel();
        V1.Jails.JailsClient jails = new(channel);
        Jail jail = await jails.CreateJailAsync(new CreateJailRequest { Config = InstalledService.Config("shell") }, cancellationToken: TestContext.Current.CancellationToken);
        await new Commands.CommandsClient(channel).StartCommandAsync(
            new StartCommandRequest { Jail = jail.Id, Command = new CommandConfig { Argv = { "sleep", "86399" } } }, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Contains("sleep 86399", Tool.Run("ps", "-eo", "args"), StringComparison.Ordinal);

        Tool.Run("dpkg", "--remove", "agent-sandboxd");

        Assert.Equal("", LeftBehind("/usr", "/run/agent-sandboxd", "/sys/fs/cgroup"));
        string processes = Tool.Run("ps", "-eo", "args");
        Assert.DoesNotContain("sleep 86399", processes, StringComparison.Ordinal);
        Assert.DoesNotContain("/usr/lib/agent-sandboxd", processes, StringComparison.Ordinal);
        Assert.True(File.Exists(InstalledService.Policy));
        Assert.Equal("masked", InstalledService.Property("UnitFileState")); // until it is purged or installed again
    }

    [Fact]
    public void Purge_LeavesNothingBehind()
    {
        InstalledService.Require();
        if (Status() != "config-files") // removed already: slow machines are spared an installation
        {
            Install();
        }

        Tool.Run("dpkg", "--purge", "agent-sandboxd");

        Assert.Equal("", LeftBehind("/usr", "/etc", "/var/lib", "/run", "/sys/fs/cgroup"));
        Assert.NotEqual(0, Tool.Try("getent", "group", "agent-sandbox").Status);
        Assert.DoesNotContain("agent-sandboxd", Tool.Run("journalctl", "--list-catalog"), StringComparison.Ordinal);
    }

    private static void Install()
    {
        InstalledService.Require();
        if (Status() != "installed")
        {
            Tool.Run("dpkg", "-i", Next());
        }
    }

    private static string Status() => Tool.Try("dpkg-query", "-W", "-f", "${db:Status-Status}", "agent-sandboxd").Output;

    private static string Next() => Assert.Single(Directory.GetFiles(Path.Combine(s_payload, "next"), "*.deb"));

    // dpkg's own notes and the image's files aside.
    private static string LeftBehind(params string[] places) =>
        Tool.Run(["find", .. places.Where(Directory.Exists), "-xdev", "-not", "-path", "/var/lib/dpkg/*", "-iname", "*agent-sandbox*"]).Trim();
}
