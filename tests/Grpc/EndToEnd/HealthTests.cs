using AgentSandbox.Grpc.Health;
using AgentSandbox.Tests.Grpc.Hosting;
using Grpc.Core;
using Grpc.Health.V1;
using Xunit;
using ServingStatus = Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus;

namespace AgentSandbox.Tests.Grpc.EndToEnd;

public sealed class HealthTests
{
    [Fact]
    public async Task Watch_TellsEachChange_AndShutdownIsTheLast()
    {
        HealthService health = new();
        await using GrpcTestServer server = await GrpcTestServer.StartAsync(Health.BindService(health));
        Health.HealthClient client = new(server.Channel);
        using AsyncServerStreamingCall<HealthCheckResponse> watch = client.Watch(new() { Service = "a.B" });
        Assert.Equal(ServingStatus.ServiceUnknown, await NextAsync(watch));
        health.SetStatus("a.B", ServingStatus.Serving);
        Assert.Equal(ServingStatus.Serving, await NextAsync(watch));
        Assert.Equal(ServingStatus.Serving, (await client.CheckAsync(new() { Service = "a.B" })).Status);
        health.Shutdown();
        Assert.Equal(ServingStatus.NotServing, await NextAsync(watch));
        health.SetStatus("a.B", ServingStatus.Serving);
        Assert.Equal(ServingStatus.NotServing, (await client.CheckAsync(new() { Service = "a.B" })).Status);
    }

    [Fact]
    public async Task Check_OfAnUnknownService_IsNOT_FOUND()
    {
        await using GrpcTestServer server = await GrpcTestServer.StartAsync(Health.BindService(new HealthService()));
        RpcException e = await new Health.HealthClient(server.Channel).CheckAsync(new() { Service = "no" }).FailureAsync();
        Assert.Equal(StatusCode.NotFound, e.StatusCode);
    }

    private static async Task<ServingStatus> NextAsync(AsyncServerStreamingCall<HealthCheckResponse> watch)
    {
        Assert.True(await watch.ResponseStream.MoveNext().WaitAsync(TimeSpan.FromSeconds(5)));
        return watch.ResponseStream.Current.Status;
    }
}
