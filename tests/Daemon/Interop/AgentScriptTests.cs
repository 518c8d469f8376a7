using AgentSandbox.Tests.Daemon.Api;
using Xunit;

namespace AgentSandbox.Tests.Daemon.Interop;

/// <summary>One script from a jail's creation to its end, by @grpc/grpc-js (tests/Interop/agent.mjs) and by the generated C# client.</summary>
public sealed class AgentScriptTests(DaemonFixture fixture) : IClassFixture<DaemonFixture>
{
    [Fact]
    public async Task AgentScript_BySomebodyElsesClient_IsAnsweredAsByOurs()
    {
        Requires.Feature("root");
        Requires.Feature("cgroup");
        await NodeFolder.PrepareAsync();
        string ours = await OursAsync();
        (int status, string theirs) = await NodeFolder.RunAsync("node", ["agent.mjs", $"unix:{fixture.Daemon.Socket}"]);

        Assert.Equal(ours, theirs);
        Assert.Equal(0, status);
    }

    [Fact]
    public async Task AgentScript_IsAnsweredAsTheContractSays()
    {
        Requires.Feature("root");
        Requires.Feature("cgroup");
        string golden = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "tests/Interop/agent.txt"), TestContext.Current.CancellationToken);
        Assert.Equal(golden, await OursAsync());
    }

    private async Task<string> OursAsync()
    {
        using AgentSandbox.Grpc.Client.UnixChannel channel = fixture.Daemon.NewChannel();
        return await new AgentScript(channel).RunAsync();
    }
}
