using System.Globalization;
using System.Net;
using AgentSandbox.Grpc.Health;
using AgentSandbox.Grpc.Reflection;
using AgentSandbox.Grpc.Server;
using AgentSandbox.Tests.Interop;
using Grpc.Health.V1;
using Grpc.Reflection.V1;
using Grpc.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

if (args is not ([("--socket" or "--port"), _]))
{
    Console.Error.WriteLine("usage: grpc-test-host --socket PATH | --port N    (0: any free port of 127.0.0.1)");
    return 2;
}

WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
builder.Logging.SetMinimumLevel(LogLevel.Warning);
builder.WebHost.ConfigureKestrel(server =>
{
    server.UseGrpcLimits(new GrpcLimits { MaxStreamsPerConnection = 1024 });
    if (args[0] == "--socket")
    {
        File.Delete(args[1]);
        server.ListenGrpcSocket(args[1]);
    }
    else
    {
        server.Listen(IPAddress.Loopback, int.Parse(args[1], CultureInfo.InvariantCulture), listen => listen.UseGrpc());
    }
});

WebApplication app = builder.Build();
app.MapGrpcService(TestService.BindService(new InteropService()));
HealthService health = new();
health.SetStatus("", HealthCheckResponse.Types.ServingStatus.Serving);
health.SetStatus(TestService.Descriptor.FullName, HealthCheckResponse.Types.ServingStatus.Serving);
app.MapGrpcService(Health.BindService(health));
app.MapGrpcService(ServerReflection.BindService(new ReflectionService(TestService.Descriptor, Health.Descriptor, ServerReflection.Descriptor)));
app.MapGrpcUnimplemented();
await app.StartAsync();
Console.WriteLine($"listening on {string.Join(' ', app.Urls)}");
await app.WaitForShutdownAsync();
return 0;
