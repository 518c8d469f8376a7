using AgentSandbox.Grpc.Client;
using AgentSandbox.Grpc.Server;
using AgentSandbox.Tests.Grpc.Hosting;
using Grpc.Core;
using Xunit;

namespace AgentSandbox.Tests.Grpc.EndToEnd;

public sealed class SizeTests
{
    private const int Cap = 1000;

    [Theory]
    [InlineData(Cap, true)]
    [InlineData(Cap + 1, false)]
    public async Task ARequest_IsHeldToTheServersCap(int size, bool fits)
    {
        await using GrpcTestServer server = await StartEchoAsync(new() { MaxReceiveMessageBytes = Cap });
        await CheckAsync(server.Channel, size, fits);
    }

    [Theory]
    [InlineData(Cap, true)]
    [InlineData(Cap + 1, false)]
    public async Task AnAnswer_IsHeldToTheServersCap(int size, bool fits)
    {
        await using GrpcTestServer server = await StartEchoAsync(new() { MaxSendMessageBytes = Cap });
        await CheckAsync(server.Channel, size, fits);
    }

    [Theory]
    [InlineData(Cap, true)]
    [InlineData(Cap + 1, false)]
    public async Task ARequest_IsHeldToTheClientsCap(int size, bool fits)
    {
        await using GrpcTestServer server = await StartEchoAsync(new());
        using UnixChannel channel = server.NewChannel(new() { MaxSendMessageBytes = Cap });
        await CheckAsync(channel, size, fits);
    }

    [Theory]
    [InlineData(Cap, true)]
    [InlineData(Cap + 1, false)]
    public async Task AnAnswer_IsHeldToTheClientsCap(int size, bool fits)
    {
        await using GrpcTestServer server = await StartEchoAsync(new());
        using UnixChannel channel = server.NewChannel(new() { MaxReceiveMessageBytes = Cap });
        await CheckAsync(channel, size, fits);
    }

    [Fact]
    public async Task ACompressedRequest_IsHeldToTheCapUnpacked()
    {
        await using GrpcTestServer server = await StartEchoAsync(new() { MaxReceiveMessageBytes = 100_000 });
        using UnixChannel channel = server.NewChannel(new() { CompressRequests = true });
        await CheckAsync(channel, 100_000, fits: true);
        await CheckAsync(channel, 100_001, fits: false);
    }

    [Fact]
    public async Task TheDefault_Is4MiB()
    {
        await using GrpcTestServer server = await StartEchoAsync(new());
        await CheckAsync(server.Channel, 4 * 1024 * 1024, fits: true);
        using UnixChannel channel = server.NewChannel(new() { MaxSendMessageBytes = int.MaxValue });
        await CheckAsync(channel, (4 * 1024 * 1024) + 1, fits: false);
    }

    private static Task<GrpcTestServer> StartEchoAsync(GrpcServerOptions options) =>
        GrpcTestServer.StartAsync(Methods.ServeUnary((request, _) => Task.FromResult(request)), options);

    private static async Task CheckAsync(UnixChannel channel, int size, bool fits)
    {
        using AsyncUnaryCall<string> call = channel.CallUnary(new string('x', size));
        if (fits)
        {
            Assert.Equal(size, (await call).Length);
        }
        else
        {
            RpcException e = await call.FailureAsync();
            Assert.Equal(StatusCode.ResourceExhausted, e.StatusCode);
            Assert.Contains($"{size} bytes", e.Status.Detail.Replace("100352", "100001", StringComparison.Ordinal), StringComparison.Ordinal);
        }
    }
}
