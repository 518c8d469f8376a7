using AgentSandbox.Grpc.Client;
using Grpc.Core;

namespace AgentSandbox.Ctl.Client;

/// <summary>The daemon, as a client has it.</summary>
internal sealed class DaemonConnection : IDisposable
{
    private readonly UnixChannel _channel;

    /// <summary>A connection; nothing is connected until something is asked.</summary>
    /// <param name="socket">The daemon's socket.</param>
    /// <param name="key">The API key to ask with, or null.</param>
    public DaemonConnection(string socket, string? key)
    {
        Socket = socket;
        _channel = new UnixChannel(socket);
        Calls = key is null ? _channel.CreateCallInvoker() : new KeyCallInvoker(_channel.CreateCallInvoker(), key);
        Jails = new V1.Jails.JailsClient(Calls);
        Commands = new V1.Commands.CommandsClient(Calls);
        Files = new V1.Files.FilesClient(Calls);
        Workspaces = new V1.Workspaces.WorkspacesClient(Calls);
        Host = new V1.Host.HostClient(Calls);
    }

    /// <summary>Its socket.</summary>
    public string Socket { get; }

    /// <summary>Makes calls of any of its services.</summary>
    public CallInvoker Calls { get; }

    /// <summary>Jails.</summary>
    public V1.Jails.JailsClient Jails { get; }

    /// <summary>Commands in jails.</summary>
    public V1.Commands.CommandsClient Commands { get; }

    /// <summary>Files of jails.</summary>
    public V1.Files.FilesClient Files { get; }

    /// <summary>Workspaces that outlive a jail.</summary>
    public V1.Workspaces.WorkspacesClient Workspaces { get; }

    /// <summary>The host, the daemon and its rules.</summary>
    public V1.Host.HostClient Host { get; }

    /// <summary>Makes calls with an API key of somebody else's.</summary>
    public CallInvoker CallsWith(string key) => new KeyCallInvoker(_channel.CreateCallInvoker(), key);

    /// <summary>Asks, and waits for the answer.</summary>
    /// <exception cref="DaemonException">The daemon refused, or cannot be reached.</exception>
    public int Ask(Func<DaemonConnection, Task<int>> ask)
    {
        try
        {
            return ask(this).GetAwaiter().GetResult();
        }
        catch (RpcException failure)
        {
            throw new DaemonException(RpcFailures.Explain(failure, Socket));
        }
    }

    public void Dispose() => _channel.Dispose();
}
