using System.Diagnostics;
using AgentSandbox.Grpc.Client;
using Xunit;

namespace AgentSandbox.Tests.Grpc.Interop;

/// <summary>A grpc-js server: tests/Interop/peer.mjs.</summary>
public sealed class NodePeer : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private Process? _process;

    /// <summary>Its socket.</summary>
    public string SocketPath => Path.Combine(_folder.Path, "peer.sock");

    /// <summary>A channel to it; the test is skipped where node is not.</summary>
    /// <param name="options">What holds for its calls.</param>
    public async Task<UnixChannel> NewChannelAsync(UnixChannelOptions? options = null)
    {
        await NodeFolder.PrepareAsync();
        if (_process is null)
        {
            _process = Process.Start(new ProcessStartInfo("node", ["peer.mjs", $"unix:{SocketPath}"])
            {
                WorkingDirectory = NodeFolder.Location,
                RedirectStandardOutput = true,
            }) ?? throw new InvalidOperationException("node did not start");
            Assert.Equal("listening", await _process.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(20)));
        }

        return new(SocketPath, options);
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            _process.Kill();
            _process.WaitForExit();
            _process.Dispose();
        }

        _folder.Dispose();
        return ValueTask.CompletedTask;
    }
}
