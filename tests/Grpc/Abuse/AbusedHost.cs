using System.Diagnostics;
using AgentSandbox.Grpc.Client;
using AgentSandbox.Tests.Grpc.Hosting;
using Grpc.Core;
using Grpc.Testing;
using Xunit;

namespace AgentSandbox.Tests.Grpc.Abuse;

/// <summary>The host that all abuse goes to, with a small heap, and a client that keeps to the rules.</summary>
public sealed class AbusedHost : IAsyncLifetime
{
    // The host is given so much of a heap, and ends if it needs more.
    private const int HeapMiB = 192;

    // What is resident beside the heap: code, stacks, the runtime's own.
    private const int BesideHeapMiB = 160;

    private TestHostProcess _host = null!;
    private UnixChannel _channel = null!;
    private TestService.TestServiceClient _good = null!;

    /// <summary>Its socket.</summary>
    public string SocketPath => _host.SocketPath;

    public async ValueTask InitializeAsync()
    {
        _host = await TestHostProcess.StartAsync(HeapMiB);
        _channel = _host.NewChannel();
        _good = new(_channel);
        await _good.EmptyCallAsync(new());
    }

    /// <summary>The server lives, the good client is answered in time, and memory is within its bound.</summary>
    /// <returns>The figures, for the test's output.</returns>
    public async Task<string> CheckAsync(string after)
    {
        Assert.True(_host.IsAlive, $"after {after} the server is gone");
        Stopwatch clock = Stopwatch.StartNew();
        CallOptions options = new(Deadline: DateTime.UtcNow.AddSeconds(10));
        for (int i = 0; i < 20; i++)
        {
            await _good.EmptyCallAsync(new(), options);
        }

        string figures = $"{after}: 20 calls in {clock.ElapsedMilliseconds} ms, {_host.ResidentMiB} MiB now, {_host.PeakMiB} MiB at most";
        Assert.True(_host.PeakMiB <= HeapMiB + BesideHeapMiB, figures);
        return figures;
    }

    /// <summary>Waits until a new connection is served: the server has let go of what it counted.</summary>
    public async Task NewConnectionIsServedAsync()
    {
        for (int i = 0; ; i++)
        {
            using UnixChannel fresh = _host.NewChannel();
            try
            {
                await new TestService.TestServiceClient(fresh).EmptyCallAsync(new(), deadline: DateTime.UtcNow.AddSeconds(2));
                return;
            }
            catch (RpcException) when (i < 50)
            {
                await Task.Delay(100);
            }
        }
    }

    public ValueTask DisposeAsync()
    {
        _channel.Dispose();
        _host.Dispose();
        return ValueTask.CompletedTask;
    }
}
