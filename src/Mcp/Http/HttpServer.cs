using AgentSandbox.Mcp.Session;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AgentSandbox.Mcp.Http;

/// <summary>The MCP server over Streamable HTTP, for clients that each come with an API key.</summary>
public static class HttpServer
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const int MaxMessage = 32 * 1024 * 1024;
    private static readonly TimeSpan s_sweep = TimeSpan.FromMinutes(5);

    /// <summary>Serves until it is told to end; then what its clients have ends.</summary>
    /// <param name="address">Where.</param>
    /// <param name="connect">Calls the daemon with an API key.</param>
    /// <param name="open">Begins a client's session with its calls.</param>
    /// <param name="log">Where troubles go.</param>
    /// <param name="serving">Told where it listens, once it does.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task RunAsync(HttpAddress address, Func<string, CallInvoker> connect, Func<CallInvoker, IClientSession> open, ILoggerFactory log, Action<string> serving, CancellationToken cancellationToken)
    {
        HttpClients clients = new(connect, open);
        await using (clients.ConfigureAwait(false))
        {
            WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
            builder.Services.AddSingleton(log);
            builder.WebHost.UseKestrelCore();
            builder.WebHost.ConfigureKestrel(server => Listen(server, address));
            WebApplication app = builder.Build();
            await using (app.ConfigureAwait(false))
            {
                app.Run(new HttpEndpoint(clients, log, cancellationToken).HandleAsync);
                await app.StartAsync(cancellationToken).ConfigureAwait(false);
                if (address.Socket is not null)
                {
                    File.SetUnixFileMode(address.Socket, OwnerOnly);
                }

                serving(address.Socket ?? app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
                await SweepAsync(clients, cancellationToken).ConfigureAwait(false);
                await app.StopAsync(CancellationToken.None).ConfigureAwait(false);
            }
        }
    }

    private static void Listen(KestrelServerOptions server, HttpAddress address)
    {
        server.AddServerHeader = false;
        server.Limits.MaxRequestBodySize = MaxMessage;
        if (address.Socket is string socket)
        {
            server.ListenUnixSocket(socket, listen => listen.Protocols = HttpProtocols.Http1);
        }
        else
        {
            server.Listen(address.Port!, listen => listen.Protocols = HttpProtocols.Http1);
        }
    }

    private static async Task SweepAsync(HttpClients clients, CancellationToken cancellationToken)
    {
        using PeriodicTimer timer = new(s_sweep);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false))
            {
                await clients.SweepAsync().ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return;
        }
    }
}
