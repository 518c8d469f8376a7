using AgentSandbox.Daemon.Auth;
using Xunit;

namespace AgentSandbox.Tests.Daemon.Auth;

/// <summary>Units by their cgroups.</summary>
public sealed class SystemdUnitTests
{
    [Theory]
    [InlineData("0::/system.slice/agent.service", "agent.service")]
    [InlineData("0::/system.slice/agent.service/supervisor/jail.service", "agent.service")] // below it all is the unit's own affair
    [InlineData("0::/system.slice/system-agent.slice/agent@7.service", "agent@7.service")]
    [InlineData("0::/system.slice/_cpu.service", "cpu.service")]
    [InlineData(@"0::/system.slice/agent\x2dnode.service", @"agent\x2dnode.service")]
    [InlineData("0::/init.scope", "init.scope")]
    [InlineData("0::/machine.slice/libpod-12ab.scope/container", "libpod-12ab.scope")]
    [InlineData("0::/user.slice/user-1000.slice/session-3.scope", "session-3.scope")]
    [InlineData("0::/user.slice/user-1000.slice/user@1000.service/app.slice/agent.service", "user@1000.service/agent.service")]
    [InlineData("0::/user.slice/user-1000.slice/user@1000.service/app.slice/app-x.slice/_x.service/y.service", "user@1000.service/x.service")]
    [InlineData("0::/user.slice/user-1000.slice/user@1000.service/init.scope", "user@1000.service/init.scope")]
    [InlineData("0::/user.slice/user-1000.slice/user@1000.service", "user@1000.service")]
    [InlineData("0::/user.slice/user-1000.slice/user@1000.service/odd name/x.service", "user@1000.service")]
    [InlineData("0::/system.slice/agent.service (deleted)", null)]
    [InlineData("0::/system.slice", null)]
    [InlineData("0::/../../system.slice/agent.service", null)]
    [InlineData("0::/docker/12ab", null)]
    [InlineData("0::/", null)]
    [InlineData("12:cpu:/system.slice/agent.service", null)] // only systemd's own hierarchy counts
    [InlineData("", null)]
    public void Find_GivesTheUnit(string line, string? unit) => Assert.Equal(unit, SystemdUnit.Find([line]));

    [Fact]
    public void Find_WhenThereAreBoth_TakesSystemdsHierarchy() =>
        Assert.Equal("agent.service", SystemdUnit.Find(["2:cpu:/x.service", "1:name=systemd:/system.slice/agent.service", "0::/other.service"]));
}
