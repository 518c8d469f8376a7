using System.Globalization;
using System.Text.RegularExpressions;
using AgentSandbox.V1;
using Xunit;

namespace AgentSandbox.Tests.Daemon.Api;

/// <summary>What the daemon holds in memory (keys in flight, environments, output) is written down by no crash and read by no other user (threats F135).</summary>
public sealed partial class DaemonMemoryTests(DaemonFixture fixture) : IClassFixture<DaemonFixture>
{
    [Fact]
    public async Task Daemon_ThatHasJails_LeavesNoCore_AndHidesItsMemory()
    {
        Requires.Feature("root");
        CancellationToken token = TestContext.Current.CancellationToken;
        Jail jail = await fixture.Jails.CreateJailAsync(new CreateJailRequest { Config = DaemonProcess.Config("shell") }, cancellationToken: token);
        await fixture.Commands.ExecuteAsync(new ExecuteRequest { Jail = jail.Id, Command = new CommandConfig { Argv = { "true" } } }, cancellationToken: token);
        string proc = string.Create(CultureInfo.InvariantCulture, $"/proc/{fixture.Daemon.Pid}");

        // 1, for a core_pattern that names a program runs it with 0: core(5)
        Match core = CoreLimit().Match(await File.ReadAllTextAsync($"{proc}/limits", token));
        Assert.True(core.Success && core.Groups.Values.Skip(1).All(limit => limit.Value is "0" or "1"), core.Value);
        CliResult other = Processes.Run("/usr/bin/setpriv", ["--reuid=65534", "--regid=65534", "--clear-groups", "--inh-caps=-all", "--bounding-set=-all", "head", "-c", "1", $"{proc}/environ", $"{proc}/maps"], [], null, TimeSpan.FromSeconds(30));
        Assert.Equal("", other.Out);
        Assert.Contains("Permission denied", other.Err);
    }

    [GeneratedRegex(@"^Max core file size +(\S+) +(\S+) ", RegexOptions.Multiline)]
    private static partial Regex CoreLimit();
}
