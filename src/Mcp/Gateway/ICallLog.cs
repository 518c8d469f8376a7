namespace AgentSandbox.Mcp.Gateway;

/// <summary>Where each request to a server is written down.</summary>
public interface ICallLog
{
    /// <summary>Makes sure that lines can be written.</summary>
    /// <exception cref="IOException">They cannot.</exception>
    void Check();

    /// <summary>Writes a line.</summary>
    /// <exception cref="IOException">It is not written.</exception>
    void Write(CallLine line);
}
