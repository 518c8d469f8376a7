using System.Diagnostics;
using System.Text.Json;
using Xunit;

namespace AgentSandbox.Tests;

/// <summary>The folder tests/Interop with its npm packages.</summary>
internal static class NodeFolder
{
    /// <summary>Where it is.</summary>
    public static string Location { get; } = Path.Combine(Repository.Root, "tests", "Interop");

    /// <summary>Installs the packages of its lock file if they are not there; skips the test where node is not.</summary>
    /// <param name="below">A folder in it with packages of its own; empty: itself.</param>
    public static async Task PrepareAsync(string below = "")
    {
        Requires.Feature("npm", "needs node and npm");
        string folder = Path.Combine(Location, below);
        using JsonDocument package = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(folder, "package.json")));
        if (package.RootElement.GetProperty("dependencies").EnumerateObject().Any(one => !Directory.Exists(Path.Combine(folder, "node_modules", one.Name))))
        {
            (int status, string said) = await RunAsync("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], below: below);
            Assert.True(status == 0, $"npm ci in {folder} failed:\n{said}");
        }
    }

    /// <summary>Runs a program there to its end, within 90 s.</summary>
    /// <param name="program">The program.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="environment">Variables beyond ours, or null.</param>
    /// <param name="below">A folder in it; empty: itself.</param>
    public static async Task<(int Status, string Said)> RunAsync(string program, string[] arguments, IReadOnlyDictionary<string, string>? environment = null, string below = "")
    {
        ProcessStartInfo start = new(program, arguments) { WorkingDirectory = Path.Combine(Location, below), RedirectStandardOutput = true, RedirectStandardError = true };
        foreach ((string name, string value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        using Process process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start");
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
