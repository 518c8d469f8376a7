using AgentSandbox.Tests.Grpc.Hosting;
using Grpc.Core;
using Xunit;

namespace AgentSandbox.Tests.Grpc.EndToEnd;

/// <summary>What a method leaves under way when it returns: the objects of its call serve the next call of the connection.</summary>
public sealed class LeftBehindTests
{
    private const int Calls = 30;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task ARead_ThatIsLeftPending_EndsWithItsCall_AndTheNextCallsAreServed()
    {
        TaskCompletionSource<Task<bool>> left = new();
        await using GrpcTestServer server = await GrpcTestServer.StartAsync(Methods.ServeDuplex(async (requests, responses, _) =>
        {
            Assert.True(await requests.MoveNext());
            await responses.WriteAsync(requests.Current);
            left.TrySetResult(requests.MoveNext());
        }));
        for (int i = 0; i < Calls; i++)
        {
            using AsyncDuplexStreamingCall<string, string> call = server.Channel.CallDuplex();
            await call.RequestStream.WriteAsync($"call {i}");
            List<string> answers = [];
            await foreach (string answer in call.ResponseStream.ReadAllAsync(TestContext.Current.CancellationToken))
            {
                answers.Add(answer);
            }

            Assert.Equal([$"call {i}"], answers);
            Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await (await left.Task).WaitAsync(s_patience));
        }
    }

    [Fact]
    public async Task ARead_AfterTheEnd_IsRefused_AndTakesNothingOfTheNextCall()
    {
        TaskCompletionSource<IAsyncStreamReader<string>> kept = new();
        await using GrpcTestServer server = await GrpcTestServer.StartAsync(Methods.ServeDuplex(async (requests, responses, _) =>
        {
            kept.TrySetResult(requests);
            while (await requests.MoveNext())
            {
                await responses.WriteAsync(requests.Current);
            }
        }));
        using (AsyncDuplexStreamingCall<string, string> first = server.Channel.CallDuplex())
        {
            await first.RequestStream.CompleteAsync();
            Assert.False(await first.ResponseStream.MoveNext(TestContext.Current.CancellationToken));
        }

        using AsyncDuplexStreamingCall<string, string> second = server.Channel.CallDuplex();
        await second.RequestStream.WriteAsync("a");
        Assert.True(await second.ResponseStream.MoveNext(TestContext.Current.CancellationToken));
        await Assert.ThrowsAnyAsync<InvalidOperationException>(async () => await (await kept.Task).MoveNext().WaitAsync(s_patience));
        await second.RequestStream.WriteAsync("b");
        Assert.True(await second.ResponseStream.MoveNext(TestContext.Current.CancellationToken));
        Assert.Equal("b", second.ResponseStream.Current);
    }

    [Fact]
    public async Task AWrite_AfterTheClientReset_IsRefused_AndReachesNoOtherCall()
    {
        TaskCompletionSource<IServerStreamWriter<string>> kept = new();
        TaskCompletionSource over = new();
        await using GrpcTestServer server = await GrpcTestServer.StartAsync(Methods.ServeDuplex(async (requests, responses, context) =>
        {
            bool isFirst = kept.TrySetResult(responses);
            try
            {
                while (await requests.MoveNext())
                {
                    await responses.WriteAsync(requests.Current);
                }
            }
            finally
            {
                if (isFirst)
                {
                    over.SetResult();
                }
            }
        }));
        using (AsyncDuplexStreamingCall<string, string> first = server.Channel.CallDuplex())
        {
            await first.RequestStream.WriteAsync("a");
            Assert.True(await first.ResponseStream.MoveNext(TestContext.Current.CancellationToken));
        }

        await over.Task.WaitAsync(s_patience);
        using AsyncDuplexStreamingCall<string, string> second = server.Channel.CallDuplex();
        await second.RequestStream.WriteAsync("a");
        Assert.True(await second.ResponseStream.MoveNext(TestContext.Current.CancellationToken));
        await Assert.ThrowsAnyAsync<Exception>(async () => await (await kept.Task).WriteAsync("stray").WaitAsync(s_patience));
        await second.RequestStream.WriteAsync("b");
        Assert.True(await second.ResponseStream.MoveNext(TestContext.Current.CancellationToken));
        Assert.Equal("b", second.ResponseStream.Current);
    }
}
