using AgentSandbox.Ctl.Run;
using AgentSandbox.Kernel;
using AgentSandbox.Mcp.Gateway;

namespace AgentSandbox.Ctl.Servers;

/// <summary>Three pipes between the gateway and a server.</summary>
internal sealed class ServerPipes : IServerPipes
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    private readonly CommandChannels _channels = CommandChannels.OpenPipes();

    public ServerPipes()
    {
        Input = new FileStream(_channels.Input, FileAccess.Write, bufferSize: 0);
        Output = new FileStream(_channels.Output, FileAccess.Read, bufferSize: 0);
        Errors = new FileStream(_channels.Error!, FileAccess.Read, bufferSize: 0);
    }

    /// <inheritdoc/>
    public Stream Input { get; }

    /// <inheritdoc/>
    public Stream Output { get; }

    /// <inheritdoc/>
    public Stream Errors { get; }

    /// <inheritdoc/>
    public void HandOver(string socket, ReadOnlySpan<byte> token)
    {
        FdHandoff.Send(socket, token, [_channels.Stdio.Stdin, _channels.Stdio.Stdout, _channels.Stdio.Stderr], s_patience);
        _channels.Dispose(); // they are the server's now: it alone says when they end
    }

    public void Dispose()
    {
        _channels.Dispose();
        Input.Dispose();
        Output.Dispose();
        Errors.Dispose();
    }
}
