using System.Diagnostics;
using AgentSandbox.Tests.Grpc.Hosting;
using Grpc.Core;
using Xunit;

namespace AgentSandbox.Tests.Grpc.EndToEnd;

public sealed class DeadlineTests
{
    [Fact]
    public async Task ALateMethod_IsCancelled_AndTheClientIsTold()
    {
        TaskCompletionSource<bool> cancelled = new();
        await using GrpcTestServer server = await GrpcTestServer.StartAsync(Methods.ServeUnary(async (_, context) =>
        {
            Assert.InRange(context.Deadline - DateTime.UtcNow, TimeSpan.Zero, TimeSpan.FromSeconds(1));
            await Task.Delay(Timeout.Infinite, context.CancellationToken).ContinueWith(_ => cancelled.TrySetResult(true), TaskScheduler.Default);
            return "";
        }));
        Stopwatch clock = Stopwatch.StartNew();
        RpcException e = await server.Channel.CallUnary(options: new(Deadline: DateTime.UtcNow.AddMilliseconds(200))).FailureAsync();
        Assert.Equal(StatusCode.DeadlineExceeded, e.StatusCode);
        Assert.InRange(clock.ElapsedMilliseconds, 150, 5000);
        Assert.True(await cancelled.Task.WaitAsync(TimeSpan.FromSeconds(5)));
    }

    [Fact]
    public async Task WithoutADeadline_ThereIsNone()
    {
        await using GrpcTestServer server = await GrpcTestServer.StartAsync(
            Methods.ServeUnary((_, context) => Task.FromResult($"{context.Deadline == DateTime.MaxValue}")));
        Assert.Equal("True", await server.Channel.CallUnary());
        Assert.Equal("True", await server.Channel.CallUnary(options: new(Deadline: DateTime.MaxValue)));
        Assert.Equal("False", await server.Channel.CallUnary(options: new(Deadline: DateTime.UtcNow.AddDays(400))));
    }

    [Fact]
    public async Task ADeadlineInThePast_DoesNotReachTheServer()
    {
        int calls = 0;
        await using GrpcTestServer server = await GrpcTestServer.StartAsync(Methods.ServeUnary((request, _) =>
        {
            Interlocked.Increment(ref calls);
            return Task.FromResult(request);
        }));
        RpcException e = await server.Channel.CallUnary(options: new(Deadline: DateTime.UtcNow.AddSeconds(-1))).FailureAsync();
        Assert.Equal(StatusCode.DeadlineExceeded, e.StatusCode);
        Assert.Equal(0, calls);
    }

    [Fact]
    public async Task AStreamThatNobodyReads_EndsAtItsDeadline()
    {
        TaskCompletionSource ended = new();
        await using GrpcTestServer server = await GrpcTestServer.StartAsync(Methods.ServeServerStreaming(async (_, responses, _) =>
        {
            try
            {
                while (true)
                {
                    await responses.WriteAsync(new string('x', 100_000));
                }
            }
            finally
            {
                ended.SetResult();
            }
        }));
        using AsyncServerStreamingCall<string> call = server.Channel.CallServerStreaming(options: new(Deadline: DateTime.UtcNow.AddMilliseconds(300)));
        await ended.Task.WaitAsync(TimeSpan.FromSeconds(5));
        Assert.Equal(StatusCode.DeadlineExceeded, (await call.ResponseStream.FailureAsync()).StatusCode);
    }

    [Fact]
    public async Task AWriteAfterTheDeadline_Throws()
    {
        TaskCompletionSource<Exception?> outcome = new();
        await using GrpcTestServer server = await GrpcTestServer.StartAsync(Methods.ServeServerStreaming(async (_, responses, context) =>
        {
            await responses.WriteAsync("1");
            await Task.Delay(Timeout.Infinite, context.CancellationToken).ContinueWith(_ => { }, TaskScheduler.Default);
            await Task.Delay(50);
            outcome.SetResult(await Record.ExceptionAsync(() => responses.WriteAsync("2")));
        }));
        using AsyncServerStreamingCall<string> call = server.Channel.CallServerStreaming(options: new(Deadline: DateTime.UtcNow.AddMilliseconds(200)));
        Assert.Equal(StatusCode.DeadlineExceeded, (await call.ResponseStream.FailureAsync()).StatusCode);
        Assert.NotNull(await outcome.Task.WaitAsync(TimeSpan.FromSeconds(5)));
    }
}
