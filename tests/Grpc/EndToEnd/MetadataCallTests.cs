using AgentSandbox.Tests.Grpc.Hosting;
using Grpc.Core;
using Xunit;

namespace AgentSandbox.Tests.Grpc.EndToEnd;

public sealed class MetadataCallTests
{
    [Fact]
    public async Task Headers_GoBothWays_InOrder()
    {
        byte[] bytes = [0, 255, 1];
        await using GrpcTestServer server = await GrpcTestServer.StartAsync(Methods.ServeUnary(async (_, context) =>
        {
            Assert.Equal("unix:", context.Peer);
            Assert.Equal("localhost", context.Host);
            Assert.Equal("/test.Texts/Unary", context.Method);
            Assert.DoesNotContain(context.RequestHeaders, entry => entry.Key is "te" or "content-type" or "grpc-accept-encoding" || entry.Key[0] == ':');
            await context.WriteResponseHeadersAsync([.. context.RequestHeaders]);
            context.ResponseTrailers.Add("end", "1");
            context.ResponseTrailers.Add("end-bin", bytes);
            context.ResponseTrailers.Add("end", "2");
            return "";
        }));
        Metadata sent = new() { { "a", "1" }, { "b-bin", bytes }, { "a", "2" }, { "b-bin", [] } };
        using AsyncUnaryCall<string> call = server.Channel.CallUnary(options: new(sent));
        Metadata headers = await call.ResponseHeadersAsync;
        Assert.Equal("1, 2", headers.GetValue("a")); // HttpClient puts values of one key into one line, which means the same
        Assert.Equal([bytes, []], headers.GetAll("b-bin").Select(entry => entry.ValueBytes));
        Assert.Equal("", await call);
        Assert.Equal(bytes, call.GetTrailers().GetValueBytes("end-bin"));
        Assert.Equal(["1", "2"], call.GetTrailers().GetAll("end").Select(entry => entry.Value));
    }

    [Fact]
    public async Task Headers_ComeBeforeTheFirstMessage()
    {
        TaskCompletionSource go = new();
        await using GrpcTestServer server = await GrpcTestServer.StartAsync(Methods.ServeUnary(async (_, context) =>
        {
            await context.WriteResponseHeadersAsync(new() { { "early", "yes" } });
            await go.Task;
            return "";
        }));
        using AsyncUnaryCall<string> call = server.Channel.CallUnary();
        Assert.Equal("yes", (await call.ResponseHeadersAsync.WaitAsync(TimeSpan.FromSeconds(5))).GetValue("early"));
        go.SetResult();
        await call;
    }

    [Fact]
    public async Task Headers_Twice_IsAnError()
    {
        await using GrpcTestServer server = await GrpcTestServer.StartAsync(Methods.ServeUnary(async (_, context) =>
        {
            await context.WriteResponseHeadersAsync([]);
            await Assert.ThrowsAsync<InvalidOperationException>(() => context.WriteResponseHeadersAsync([]));
            return "done";
        }));
        Assert.Equal("done", await server.Channel.CallUnary());
    }

    [Fact]
    public async Task AKeyOfTheProtocol_IsRefusedOnTheClient()
    {
        await using GrpcTestServer server = await GrpcTestServer.StartAsync(Methods.ServeUnary((request, _) => Task.FromResult(request)));
        RpcException e = await server.Channel.CallUnary(options: new(new() { { "grpc-timeout", "1S" } })).FailureAsync();
        Assert.Equal(StatusCode.Internal, e.StatusCode);
        Assert.Contains("grpc-timeout", e.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task HeadersAboveTheLimit_EndTheCall_AndOthersGoOn()
    {
        await using GrpcTestServer server = await GrpcTestServer.StartAsync(Methods.ServeUnary((request, _) => Task.FromResult(request)));
        RpcException e = await server.Channel.CallUnary(options: new(new() { { "large", new string('x', 40_000) } })).FailureAsync();
        Assert.NotEqual(StatusCode.OK, e.StatusCode);
        Assert.Equal("next", await server.Channel.CallUnary("next"));
    }
}
