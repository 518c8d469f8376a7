using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using AgentSandbox.Grpc.Client;

namespace AgentSandbox.Tests.Grpc.Hosting;

/// <summary>The interop test host as a process of its own: its memory can be seen.</summary>
internal sealed partial class TestHostProcess : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Process _process;

    private TestHostProcess(int? heapMiB)
    {
        ProcessStartInfo start = new(Path.Combine(AppContext.BaseDirectory, "grpc-test-host"), ["--socket", SocketPath])
        {
            RedirectStandardOutput = true,
        };
        if (heapMiB is int limit)
        {
            start.Environment["DOTNET_GCHeapHardLimit"] = $"{(long)limit * 1024 * 1024:x}";
        }

        _process = Process.Start(start) ?? throw new InvalidOperationException("the test host did not start");
    }

    /// <summary>Its socket.</summary>
    public string SocketPath => Path.Combine(_folder.Path, "host.sock");

    /// <summary>What of its memory is resident, in MiB.</summary>
    public int ResidentMiB => Field("VmRSS");

    /// <summary>The most that was ever resident, in MiB.</summary>
    public int PeakMiB => Field("VmHWM");

    /// <summary>True if it runs.</summary>
    public bool IsAlive => !_process.HasExited;

    /// <summary>Starts it; done when it listens.</summary>
    /// <param name="heapMiB">The largest heap it may have, in MiB; null: no limit.</param>
    public static async Task<TestHostProcess> StartAsync(int? heapMiB = null)
    {
        TestHostProcess host = new(heapMiB);
        string? line = await host._process.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(20));
        return line?.StartsWith("listening", StringComparison.Ordinal) == true ? host : throw new InvalidOperationException($"the test host said: {line}");
    }

    /// <summary>A channel to it.</summary>
    public UnixChannel NewChannel() => new(SocketPath);

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        _folder.Dispose();
    }

    private int Field(string name)
    {
        Match match = KiB().Matches(File.ReadAllText($"/proc/{_process.Id}/status")).Single(field => field.Groups[1].Value == name);
        return int.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture) / 1024;
    }

    // VmRSS:     50444 kB
    [GeneratedRegex(@"^(\w+):\s+(\d+) kB$", RegexOptions.Multiline)]
    private static partial Regex KiB();
}
