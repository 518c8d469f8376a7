using System.Net;

namespace AgentSandbox.Mcp.Http;

/// <summary>Where the server listens over HTTP: a Unix socket, or a port of this machine alone.</summary>
/// <param name="Socket">The socket's path; null: a port.</param>
/// <param name="Port">The address and port; null: a socket.</param>
public sealed record HttpAddress(string? Socket, IPEndPoint? Port)
{
    /// <summary>Reads an address: <c>/run/mcp.sock</c>, <c>127.0.0.1:8080</c>, <c>[::1]:8080</c>, <c>localhost:8080</c>. Port 0 is a free one.</summary>
    /// <exception cref="FormatException">It is none, or one that other machines reach.</exception>
    public static HttpAddress Parse(string text)
    {
        const string LocalHost = "localhost:";
        if (text.StartsWith('/'))
        {
            return new HttpAddress(text, null);
        }

        string numeric = text.StartsWith(LocalHost, StringComparison.Ordinal) ? $"127.0.0.1:{text[LocalHost.Length..]}" : text;
        return !numeric.Contains(':', StringComparison.Ordinal) || !IPEndPoint.TryParse(numeric, out IPEndPoint? port) ? throw new FormatException($"'{text}' is no address: write an absolute path, or 127.0.0.1:PORT")
            : IPAddress.IsLoopback(port.Address) ? new HttpAddress(null, port)
            : throw new FormatException($"'{text}' is reached by other machines: only 127.0.0.1 and ::1 are served, without encryption");
    }
}
