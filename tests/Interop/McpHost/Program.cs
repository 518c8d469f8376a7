using System.Globalization;
using System.Net;
using AgentSandbox.Mcp;
using AgentSandbox.Mcp.Http;
using AgentSandbox.Tests.Interop.Mcp;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

if (args is not (["--port", string port]))
{
    Console.Error.WriteLine("usage: mcp-test-host --port N    (0: any free port of 127.0.0.1); it ends with its stdin");
    return 2;
}

DirectoryInfo folder = Directory.CreateTempSubdirectory("mcp-test-host");
string socket = Path.Combine(folder.FullName, "mcp.sock");
using CancellationTokenSource ended = new();
using StderrLog log = new();
TaskCompletionSource serving = new();
Task server = HttpServer.RunAsync(HttpAddress.Parse(socket), _ => new KnownCaller(), _ => new FixtureSession(), log, _ => serving.SetResult(), ended.Token);
await serving.Task;

WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
builder.Logging.SetMinimumLevel(LogLevel.Warning);
builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, int.Parse(port, CultureInfo.InvariantCulture)));
WebApplication app = builder.Build();
using KeyedFront front = new(socket);
app.Run(front.ForwardAsync);
await app.StartAsync();
Console.WriteLine($"listening on {app.Urls.First()}");
await Console.In.ReadToEndAsync();
await ended.CancelAsync();
await server;
await app.DisposeAsync();
folder.Delete(recursive: true);
return 0;
