using System.Diagnostics;
using AgentSandbox.Tests.Grpc.Hosting;
using Xunit;

namespace AgentSandbox.Tests.Grpc.Interop;

/// <summary>The server as @grpc/grpc-js sees it: tests/Interop/judge.mjs.</summary>
[Collection(nameof(Alone))]
public sealed class GrpcJsTests(ITestOutputHelper output)
{
    private static readonly string s_folder = Path.Combine(Repository.Root, "tests", "Interop");

    [Fact]
    public async Task GrpcJs_FindsNoFault()
    {
        Requires.Feature("npm", "needs node and npm");
        if (!Directory.Exists(Path.Combine(s_folder, "node_modules", "@grpc", "grpc-js")))
        {
            (int installed, string said) = await RunAsync("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"]);
            Assert.True(installed == 0, $"npm ci in {s_folder} failed:\n{said}");
        }

        using TestHostProcess host = await TestHostProcess.StartAsync();
        (int status, string tap) = await RunAsync("node", ["judge.mjs", $"unix:{host.SocketPath}"]);
        output.WriteLine(tap);
        Assert.DoesNotContain("not ok", tap, StringComparison.Ordinal);
        Assert.Contains("\nok 32 - ", tap, StringComparison.Ordinal);
        Assert.Equal(0, status);
    }

    private static async Task<(int Status, string Said)> RunAsync(string program, string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = s_folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        }) ?? throw new InvalidOperationException($"{program} did not start");
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(90));
        try
        {
            Task<string> errors = process.StandardError.ReadToEndAsync(patience.Token);
            string said = await process.StandardOutput.ReadToEndAsync(patience.Token);
            said += await errors;
            await process.WaitForExitAsync(patience.Token);
            return (process.ExitCode, said);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{program} {string.Join(' ', arguments)} did not end within 90 s");
        }
    }
}
