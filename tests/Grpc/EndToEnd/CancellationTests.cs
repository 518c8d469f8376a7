using AgentSandbox.Tests.Grpc.Hosting;
using Grpc.Core;
using Xunit;

namespace AgentSandbox.Tests.Grpc.EndToEnd;

public sealed class CancellationTests
{
    [Theory]
    [InlineData("token")]
    [InlineData("dispose")]
    [InlineData("channel")]
    public async Task ACancelledCall_IsCancelledOnTheServer(string how)
    {
        TaskCompletionSource started = new();
        TaskCompletionSource cancelled = new();
        await using GrpcTestServer server = await GrpcTestServer.StartAsync(Methods.ServeUnary(async (_, context) =>
        {
            using CancellationTokenRegistration registration = context.CancellationToken.Register(cancelled.SetResult);
            started.SetResult();
            await Task.Delay(Timeout.Infinite, context.CancellationToken);
            return "";
        }));
        using CancellationTokenSource source = new();
        using AsyncUnaryCall<string> call = server.Channel.CallUnary(options: new(CancellationToken: source.Token));
        await started.Task.WaitAsync(TimeSpan.FromSeconds(5));
        switch (how)
        {
            case "token": await source.CancelAsync(); break;
            case "dispose": call.Dispose(); break;
            default: await server.Channel.ShutdownAsync(); break;
        }

        Assert.Equal(StatusCode.Cancelled, (await call.FailureAsync()).StatusCode);
        await cancelled.Task.WaitAsync(TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task ACancelledRead_EndsAStream_AndTheServersRead()
    {
        TaskCompletionSource<Exception?> serverRead = new();
        await using GrpcTestServer server = await GrpcTestServer.StartAsync(Methods.ServeDuplex(
            async (requests, responses, _) =>
            {
                await requests.MoveNext();
                await responses.WriteAsync(requests.Current);
                serverRead.SetResult(await Record.ExceptionAsync(() => requests.MoveNext()));
            }));
        using AsyncDuplexStreamingCall<string, string> call = server.Channel.CallDuplex();
        await call.RequestStream.WriteAsync("a");
        Assert.True(await call.ResponseStream.MoveNext());
        using CancellationTokenSource source = new(50);
        RpcException e = await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext(source.Token));
        Assert.Equal(StatusCode.Cancelled, e.StatusCode);
        Assert.IsType<OperationCanceledException>(await serverRead.Task.WaitAsync(TimeSpan.FromSeconds(5)), exactMatch: false);
    }

    [Fact]
    public async Task ATokenThatIsCancelledAlready_StartsNothing()
    {
        await using GrpcTestServer server = await GrpcTestServer.StartAsync(Methods.ServeUnary((request, _) => Task.FromResult(request)));
        Assert.Equal(
            StatusCode.Cancelled, (await server.Channel.CallUnary(options: new(CancellationToken: new CancellationToken(true))).FailureAsync()).StatusCode);
    }

    [Fact]
    public async Task AServerThatEndsEarly_EndsTheClientsWrites_AndItsStatusIsRead()
    {
        await using GrpcTestServer server = await GrpcTestServer.StartAsync(Methods.ServeDuplex(
            async (requests, _, _) =>
            {
                await requests.MoveNext();
                throw new RpcException(new(StatusCode.FailedPrecondition, "enough"));
            }));
        using AsyncDuplexStreamingCall<string, string> call = server.Channel.CallDuplex();
        RpcException write = await Assert.ThrowsAsync<RpcException>(async () =>
        {
            while (true)
            {
                await call.RequestStream.WriteAsync(new string('x', 10_000));
            }
        });
        Assert.NotEqual(StatusCode.OK, write.StatusCode);
        Assert.Equal(new Status(StatusCode.FailedPrecondition, "enough"), (await call.ResponseStream.FailureAsync()).Status);
    }

    [Fact]
    public async Task AServerThatAnswersBeforeTheLastRequest_IsHeard()
    {
        await using GrpcTestServer server = await GrpcTestServer.StartAsync(Methods.ServeClientStreaming(async (requests, _) =>
        {
            await requests.MoveNext();
            return requests.Current;
        }));
        using AsyncClientStreamingCall<string, string> call = server.Channel.CallClientStreaming();
        await call.RequestStream.WriteAsync("first");
        Assert.Equal("first", await call.ResponseAsync.WaitAsync(TimeSpan.FromSeconds(5)));
    }

    [Fact]
    public async Task AnOperationCanceledByTheMethodItself_IsItsFailure()
    {
        await using GrpcTestServer server = await GrpcTestServer.StartAsync(Methods.ServeUnary((_, _) => throw new OperationCanceledException()));
        Assert.Equal(StatusCode.Unknown, (await server.Channel.CallUnary().FailureAsync()).StatusCode);
    }
}
