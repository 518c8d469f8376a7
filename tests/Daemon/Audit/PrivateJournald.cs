using System.Diagnostics;
using System.Globalization;

namespace AgentSandbox.Tests.Daemon.Audit;

/// <summary>A systemd-journald that sees no /run but its own.</summary>
internal sealed class PrivateJournald : IDisposable
{
    private const string Script = """
        set -e
        mount -t tmpfs tmpfs /run
        mkdir -p /run/systemd/journal /run/log/journal
        exec /lib/systemd/systemd-journald
        """;

    private readonly Process _process;

    public PrivateJournald()
    {
        _process = Process.Start(new ProcessStartInfo("unshare", ["-m", "sh", "-c", Script]) { RedirectStandardError = true })!;
        WaitFor(() => File.Exists(SocketPath), "journald does not listen");
    }

    /// <summary>Where it listens, as seen from here.</summary>
    public string SocketPath => $"{Root}/run/systemd/journal/socket";

    private string Root => string.Create(CultureInfo.InvariantCulture, $"/proc/{_process.Id}/root");

    /// <summary>What journalctl prints, once there are <paramref name="count"/> entries of the audit trail.</summary>
    public byte[] Print(string format, int count)
    {
        byte[] printed = [];
        WaitFor(
            () =>
            {
                printed = Run("journalctl", "-D", Directory.GetDirectories($"{Root}/run/log/journal").Single(), "-o", format, "-a", "--no-pager", "--quiet", "SYSLOG_IDENTIFIER=agent-sandboxd", "_UID=0");
                return Count(printed, "SANDBOXD_SEQUENCE"u8) == count;
            },
            "the entries do not come");
        return printed;
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    private static int Count(ReadOnlySpan<byte> text, ReadOnlySpan<byte> word)
    {
        int count = 0;
        for (int at; (at = text.IndexOf(word)) >= 0; text = text[(at + word.Length)..])
        {
            count++;
        }

        return count;
    }

    private static byte[] Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        using MemoryStream output = new();
        process.StandardOutput.BaseStream.CopyTo(output);
        process.WaitForExit();
        return output.ToArray();
    }

    // Nothing tells when journald has written: its files are asked.
    private static void WaitFor(Func<bool> condition, string failure)
    {
        long start = Stopwatch.GetTimestamp();
        while (!condition())
        {
            if (Stopwatch.GetElapsedTime(start) > TimeSpan.FromSeconds(20))
            {
                throw new TimeoutException(failure);
            }

            Thread.Yield();
        }
    }
}
