using AgentSandbox.Grpc.Client;
using AgentSandbox.Tests.Grpc.Hosting;
using Grpc.Core;
using Xunit;

namespace AgentSandbox.Tests.Grpc.EndToEnd;

public sealed class ParallelTests
{
    [Fact]
    public async Task StreamsThatEndInEveryWay_DoNotDisturbEachOther()
    {
        int running = 0;
        await using GrpcTestServer server = await GrpcTestServer.StartAsync(Methods.ServeDuplex(async (requests, responses, context) =>
        {
            Interlocked.Increment(ref running);
            try
            {
                await foreach (string request in requests.ReadAllAsync())
                {
                    await responses.WriteAsync(request, context.CancellationToken);
                    if (request.StartsWith("fail", StringComparison.Ordinal))
                    {
                        throw new RpcException(new(StatusCode.Aborted, request));
                    }
                }
            }
            finally
            {
                Interlocked.Decrement(ref running);
            }
        }));
        await Parallel.ForAsync(0, 400, new ParallelOptions { MaxDegreeOfParallelism = 64 }, async (i, _) =>
        {
            StatusCode expected = (i % 4) switch { 0 => StatusCode.OK, 1 => StatusCode.Aborted, 2 => StatusCode.Cancelled, _ => StatusCode.DeadlineExceeded };
            Assert.Equal(expected, await EndAsync(server.Channel, expected, i));
        });

        for (int i = 0; i < 50 && Volatile.Read(ref running) > 0; i++)
        {
            await Task.Delay(100);
        }

        Assert.Equal(0, Volatile.Read(ref running));
        Assert.DoesNotContain(server.Log.Lines, line => line.StartsWith("Error", StringComparison.Ordinal));
    }

    [Fact]
    public async Task MoreCallsThanStreamsOfAConnection_WaitOrTakeAnother()
    {
        await using GrpcTestServer server = await GrpcTestServer.StartAsync(Methods.ServeUnary(async (request, _) =>
            {
                await Task.Delay(20);
                return request;
            }),
            limits: new() { MaxStreamsPerConnection = 100 });
        foreach (bool several in (bool[])[true, false])
        {
            using UnixChannel channel = server.NewChannel(new() { SeveralConnections = several });
            string[] answers = await Task.WhenAll(Enumerable.Range(0, 300).Select(i => channel.CallUnary($"{i}").ResponseAsync));
            Assert.Equal(Enumerable.Range(0, 300).Select(i => $"{i}"), answers);
        }
    }

    private static async Task<StatusCode> EndAsync(UnixChannel channel, StatusCode expected, int i)
    {
        using CancellationTokenSource source = new();
        DateTime? deadline = expected == StatusCode.DeadlineExceeded ? DateTime.UtcNow.AddMilliseconds(200) : null;
        using AsyncDuplexStreamingCall<string, string> call = channel.CallDuplex(new(Deadline: deadline, CancellationToken: source.Token));
        try
        {
            for (int message = 0; message < 5; message++)
            {
                await call.RequestStream.WriteAsync($"{i}.{message}");
                Assert.True(await call.ResponseStream.MoveNext());
                Assert.Equal($"{i}.{message}", call.ResponseStream.Current);
            }

            switch (expected)
            {
                case StatusCode.OK: await call.RequestStream.CompleteAsync(); break;
                case StatusCode.Aborted: await call.RequestStream.WriteAsync($"fail {i}"); break;
                case StatusCode.Cancelled: await source.CancelAsync(); break;
            }

            while (await call.ResponseStream.MoveNext())
            {
            }
        }
        catch (RpcException e)
        {
            Assert.Equal(e.StatusCode, call.GetStatus().StatusCode);
            return e.StatusCode;
        }

        return call.GetStatus().StatusCode;
    }
}
