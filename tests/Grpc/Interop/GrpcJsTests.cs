using AgentSandbox.Tests.Grpc.Hosting;
using Xunit;

namespace AgentSandbox.Tests.Grpc.Interop;

/// <summary>The server as @grpc/grpc-js sees it: tests/Interop/judge.mjs.</summary>
[Collection(nameof(Alone))]
public sealed class GrpcJsTests(ITestOutputHelper output)
{
    [Fact]
    public async Task GrpcJs_FindsNoFault()
    {
        await NodeFolder.PrepareAsync();
        using TestHostProcess host = await TestHostProcess.StartAsync();
        (int status, string tap) = await NodeFolder.RunAsync("node", ["judge.mjs", $"unix:{host.SocketPath}"]);
        output.WriteLine(tap);
        Assert.DoesNotContain("not ok", tap, StringComparison.Ordinal);
        Assert.Contains("\nok 32 - ", tap, StringComparison.Ordinal);
        Assert.Equal(0, status);
    }
}
