using AgentSandbox.Grpc.Client;
using Xunit;

namespace AgentSandbox.Tests.Daemon.Api;

/// <summary>One daemon for the tests of a class, and clients of it.</summary>
public sealed class DaemonFixture : IAsyncLifetime
{
    private DaemonProcess? _daemon;
    private UnixChannel? _channel;

    internal DaemonProcess Daemon => _daemon!;

    internal V1.Jails.JailsClient Jails => new(_channel!);

    internal V1.Commands.CommandsClient Commands => new(_channel!);

    internal V1.Files.FilesClient Files => new(_channel!);

    internal V1.Workspaces.WorkspacesClient Workspaces => new(_channel!);

    internal V1.Host.HostClient Host => new(_channel!);

    public async ValueTask InitializeAsync()
    {
        if (Requires.Has("root"))
        {
            _daemon = await DaemonProcess.StartAsync();
            _channel = _daemon.NewChannel();
        }
    }

    public ValueTask DisposeAsync()
    {
        _channel?.Dispose();
        _daemon?.Dispose();
        return ValueTask.CompletedTask;
    }
}
