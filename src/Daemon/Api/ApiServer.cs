using AgentSandbox.Daemon.Configuration;
using AgentSandbox.Daemon.Systemd;
using AgentSandbox.Grpc.Health;
using AgentSandbox.Grpc.Reflection;
using AgentSandbox.Grpc.Server;
using AgentSandbox.V1;
using Grpc.Health.V1;
using Grpc.Reflection.V1;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;

namespace AgentSandbox.Daemon.Api;

/// <summary>Kestrel with the API's services on the daemon's socket.</summary>
internal static class ApiServer
{
    private const string SocketName = "api";
    private const int MaxRequestBytes = 1024 * 1024; // parsed messages are larger than their bytes
    private const int ResponseBuffer = 128 * 1024; // of each connection whose caller is slow

    /// <summary>The server, not started yet.</summary>
    public static WebApplication Create(DaemonConfig config, ILoggerFactory logs, InheritedSockets inherited, JailsService jails, CommandsService commands, FilesService files, WorkspacesService workspaces, HostService host)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton(logs);
        builder.Services.AddRoutingCore();
        builder.WebHost.UseKestrelCore();
        builder.WebHost.ConfigureKestrel(server =>
        {
            server.UseGrpcLimits(new GrpcLimits { ResponseBufferBytes = ResponseBuffer });
            Listen(server, config, inherited);
        });
        WebApplication app = builder.Build();
        GrpcServerOptions options = new() { Exceptions = Errors.Table, MaxReceiveMessageBytes = MaxRequestBytes };
        app.MapGrpcService(V1.Jails.BindService(jails), options);
        app.MapGrpcService(V1.Commands.BindService(commands), options);
        app.MapGrpcService(V1.Files.BindService(files), options);
        app.MapGrpcService(Workspaces.BindService(workspaces), options);
        app.MapGrpcService(Host.BindService(host), options);
        HealthService health = new();
        health.SetStatus("", HealthCheckResponse.Types.ServingStatus.Serving);
        app.MapGrpcService(Health.BindService(health), options);
        app.MapGrpcService(ServerReflection.BindService(new ReflectionService(
            V1.Jails.Descriptor, V1.Commands.Descriptor, V1.Files.Descriptor, Workspaces.Descriptor, Host.Descriptor, Health.Descriptor, ServerReflection.Descriptor)), options);
        app.MapGrpcUnimplemented();
        return app;
    }

    // systemd's own socket if there is one, else ours.
    private static void Listen(KestrelServerOptions server, DaemonConfig config, InheritedSockets inherited)
    {
        foreach (SafeFileHandle socket in inherited.TakeListening(SocketName))
        {
            ulong fd = (ulong)socket.DangerousGetHandle();
            socket.SetHandleAsInvalid(); // Kestrel closes it
            server.ListenHandle(fd, listen => listen.UsePeerCheck().UseGrpc());
            return;
        }

        UnixSocketFile.RemoveStale(config.ApiSocket);
        server.ListenUnixSocket(config.ApiSocket, listen => listen.UsePeerCheck().UseGrpc());
    }
}
