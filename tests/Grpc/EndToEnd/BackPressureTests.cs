using AgentSandbox.Grpc.Server;
using AgentSandbox.Tests.Grpc.Hosting;
using Grpc.Core;
using Xunit;

namespace AgentSandbox.Tests.Grpc.EndToEnd;

public sealed class BackPressureTests
{
    private const int MessageBytes = 32 * 1024;

    // What the windows, buffers and pipes of both sides may hold: far below what the fast side would send.
    private const int MaxInFlight = 256;

    [Fact]
    public async Task AReaderThatNeverReads_HoldsUpTheServer()
    {
        int written = 0;
        await using GrpcTestServer server = await GrpcTestServer.StartAsync(Methods.ServeServerStreaming(async (_, responses, context) =>
        {
            string message = new('x', MessageBytes);
            while (true)
            {
                await responses.WriteAsync(message, context.CancellationToken);
                Interlocked.Increment(ref written);
            }
        }));
        using (AsyncServerStreamingCall<string> call = server.Channel.CallServerStreaming())
        {
            await call.ResponseHeadersAsync;
            Assert.InRange(await SettledAsync(() => Volatile.Read(ref written)), 1, MaxInFlight);
        }
    }

    [Fact]
    public async Task AMethodThatNeverReads_HoldsUpTheClient()
    {
        TaskCompletionSource go = new();
        int read = 0;
        await using GrpcTestServer server = await GrpcTestServer.StartAsync(Methods.ServeClientStreaming(async (requests, _) =>
        {
            await go.Task;
            await foreach (string request in requests.ReadAllAsync())
            {
                read++;
            }

            return $"{read}";
        }));
        using AsyncClientStreamingCall<string, string> call = server.Channel.CallClientStreaming();
        int written = 0;
        bool stop = false;
        Task writing = Task.Run(async () =>
        {
            string message = new('x', MessageBytes);
            while (!Volatile.Read(ref stop))
            {
                await call.RequestStream.WriteAsync(message);
                Interlocked.Increment(ref written);
            }

            await call.RequestStream.CompleteAsync();
        });
        Assert.InRange(await SettledAsync(() => Volatile.Read(ref written)), 1, MaxInFlight);
        Volatile.Write(ref stop, true);
        go.SetResult();
        await writing.WaitAsync(TimeSpan.FromSeconds(5));
        Assert.Equal($"{written}", await call);
    }

    [Fact]
    public async Task AStreamThatIsHeldUp_DoesNotHoldUpOthersOfItsConnection()
    {
        await using GrpcTestServer server = await GrpcTestServer.StartAsync(endpoints =>
        {
            endpoints.MapGrpcService(Methods.ServeServerStreaming(async (_, responses, context) =>
            {
                while (true)
                {
                    await responses.WriteAsync(new string('x', MessageBytes), context.CancellationToken);
                }
            }));
            endpoints.MapGrpcService(Methods.ServeUnary((request, _) => Task.FromResult(request)));
        });
        using AsyncServerStreamingCall<string> stuck = server.Channel.CallServerStreaming();
        await stuck.ResponseHeadersAsync;
        for (int i = 0; i < 100; i++)
        {
            Assert.Equal($"{i}", await server.Channel.CallUnary($"{i}").ResponseAsync.WaitAsync(TimeSpan.FromSeconds(5)));
        }
    }

    // The count once it has not moved for 300 ms.
    private static async Task<int> SettledAsync(Func<int> count)
    {
        int last = -1;
        for (int i = 0; i < 30; i++)
        {
            int now = count();
            if (now == last && now > 0)
            {
                return now;
            }

            last = now;
            await Task.Delay(300);
        }

        throw new InvalidOperationException($"still moving: {last}");
    }
}
