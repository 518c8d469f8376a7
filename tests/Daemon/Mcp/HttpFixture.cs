using System.Diagnostics;
using System.Net.Sockets;
using System.Text.Json;
using AgentSandbox.Tests.Daemon.Cli;
using Xunit;

namespace AgentSandbox.Tests.Daemon.Mcp;

/// <summary><c>sandboxctl mcp --http</c> on a port and on a socket, and keys of its daemon.</summary>
internal sealed class HttpFixture : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Process _process;
    private Task<string> _errors = Task.FromResult("");

    private HttpFixture(CliFixture cli, bool onSocket, string[] command)
    {
        Socket = Path.Combine(_folder.Path, "mcp.sock");
        ProcessStartInfo start = new(cli.Executable, [.. command, "--http", onSocket ? Socket : "127.0.0.1:0"]) { RedirectStandardError = true };
        foreach ((string name, string value) in cli.Environment())
        {
            start.Environment[name] = value;
        }

        _process = Process.Start(start)!;
    }

    /// <summary>Where it listens.</summary>
    public string Address { get; private set; } = "";

    /// <summary>The socket, if it listens on one.</summary>
    public string Socket { get; }

    /// <summary>Starts one, and waits until it serves. The caller disposes it.</summary>
    public static async Task<HttpFixture> StartAsync(CliFixture cli, bool onSocket = false, params string[] command)
    {
        Requires.Feature("root");
        HttpFixture server = new(cli, onSocket, command.Length > 0 ? command : ["mcp", "--profile", "shell", "--allow-degraded", "all"]);
        try
        {
            string line = await server._process.StandardError.ReadLineAsync(TestContext.Current.CancellationToken) ?? "";
            const string Serving = "sandboxctl: mcp: serving on ";
            Assert.StartsWith(Serving, line, StringComparison.Ordinal);
            server.Address = line[Serving.Length..];
            server._errors = server._process.StandardError.ReadToEndAsync(CancellationToken.None);
            return server;
        }
        catch
        {
            server.Dispose();
            throw;
        }
    }

    /// <summary>Makes an API key.</summary>
    public static string NewKey(CliFixture cli, string role) => JsonDocument.Parse(cli.Do("key", "create", $"judge-{Guid.NewGuid():N}"[..24], "--role", role, "--json")).RootElement.GetProperty("secret").GetString()!;

    /// <summary>A client that reaches it. The caller disposes it.</summary>
    public HttpClient NewClient() => new(new SocketsHttpHandler
    {
        ConnectCallback = async (context, token) =>
        {
            Socket socket = Address.StartsWith('/') ? new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) : new(SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(Address.StartsWith('/') ? new UnixDomainSocketEndPoint(Address) : context.DnsEndPoint, token);
            return new NetworkStream(socket, ownsSocket: true);
        },
    })
    {
        BaseAddress = new Uri(Address.StartsWith('/') ? "http://localhost/" : Address),
    };

    /// <summary>Tells it to end, and waits for that.</summary>
    public void End()
    {
        using Process kill = Process.Start("kill", [$"{_process.Id}"]);
        kill.WaitForExit();
        Assert.True(_process.WaitForExit(TimeSpan.FromSeconds(60)));
        Assert.True(_process.ExitCode == 0, _errors.Result);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            End();
        }

        _process.Dispose();
        _folder.Dispose();
    }
}
