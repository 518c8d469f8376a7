using AgentSandbox.Grpc.Client;
using AgentSandbox.Grpc.Server;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AgentSandbox.Tests.Grpc.Hosting;

/// <summary>A server in this process, on a Unix socket in a folder of its own.</summary>
internal sealed class GrpcTestServer : IAsyncDisposable
{
    private readonly TemporaryFolder _folder;
    private readonly WebApplication _app;

    private GrpcTestServer(TemporaryFolder folder, WebApplication app, CapturedLog log)
    {
        _folder = folder;
        _app = app;
        Log = log;
        Channel = new(SocketPath);
    }

    /// <summary>The socket.</summary>
    public string SocketPath => PathIn(_folder);

    /// <summary>A channel to it.</summary>
    public UnixChannel Channel { get; }

    /// <summary>What the server logged.</summary>
    public CapturedLog Log { get; }

    /// <summary>Starts a server.</summary>
    /// <param name="map">Maps its services.</param>
    /// <param name="limits">Its limits.</param>
    public static async Task<GrpcTestServer> StartAsync(Action<IEndpointRouteBuilder> map, GrpcLimits? limits = null)
    {
        TemporaryFolder folder = new();
        CapturedLog log = new();
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders().SetMinimumLevel(LogLevel.Debug).AddProvider(log);
        builder.WebHost.ConfigureKestrel(server => server.UseGrpcLimits(limits).ListenGrpcSocket(PathIn(folder)));
        WebApplication app = builder.Build();
        map(app);
        app.MapGrpcUnimplemented();
        await app.StartAsync();
        return new(folder, app, log);
    }

    /// <summary>Starts a server with one service.</summary>
    /// <param name="service">The service.</param>
    /// <param name="options">What holds for its calls.</param>
    /// <param name="limits">Its limits.</param>
    public static Task<GrpcTestServer> StartAsync(ServerServiceDefinition service, GrpcServerOptions? options = null, GrpcLimits? limits = null) =>
        StartAsync(endpoints => endpoints.MapGrpcService(service, options), limits);

    /// <summary>A further channel, for other options.</summary>
    public UnixChannel NewChannel(UnixChannelOptions options) => new(SocketPath, options);

    public async ValueTask DisposeAsync()
    {
        Channel.Dispose();
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(2));
        await _app.StopAsync(patience.Token);
        await _app.DisposeAsync();
        _folder.Dispose();
    }

    private static string PathIn(TemporaryFolder folder) => Path.Combine(folder.Path, "grpc.sock");
}
