using System.Text.Json.Nodes;
using AgentSandbox.Ctl.Run;
using AgentSandbox.Ctl.Text;
using AgentSandbox.Jails.Report;
using AgentSandbox.V1;

namespace AgentSandbox.Ctl.Client;

/// <summary>Runs a command of the daemon's to its end, with our streams.</summary>
internal static class DaemonRun
{
    /// <summary>Runs one in a jail that the daemon makes for it.</summary>
    /// <param name="daemon">The daemon.</param>
    /// <param name="start">What to run.</param>
    /// <param name="reportFile">Where the report goes; null: nowhere.</param>
    /// <param name="json">True: output goes into one JSON object.</param>
    /// <returns>The exit status of <c>sandboxctl run</c>.</returns>
    public static async Task<int> RunAsync(DaemonConnection daemon, RunStart start, string? reportFile, bool json)
    {
        using ReportFile? file = reportFile is null ? null : new(reportFile);
        start.Report = file is not null || json;
        using OutputSink stdout = json ? OutputSink.ToMemory() : OutputSink.ToFile(1);
        using OutputSink stderr = json ? OutputSink.ToMemory() : OutputSink.ToFile(2);
        using CommandStream stream = await CommandStream.RunAsync(daemon, start).ConfigureAwait(false);
        CommandEnd end = await new AttachedCommand(stream, stdout, stderr) { WarnsOfDegraded = true }.WaitAsync().ConfigureAwait(false);
        file?.Write(System.Text.Encoding.UTF8.GetBytes(end.ReportJson));
        if (json)
        {
            Print(end.ReportJson, stdout.Collected!, stderr.Collected!);
        }

        Tell(end, start.Command.Argv[0], json);
        return end.ExitCode;
    }

    /// <summary>Runs one in a jail that there is.</summary>
    /// <returns>The exit status of <c>sandboxctl exec</c>.</returns>
    public static async Task<int> ExecAsync(DaemonConnection daemon, ExecStart start)
    {
        using OutputSink stdout = OutputSink.ToFile(1);
        using OutputSink stderr = OutputSink.ToFile(2);
        using CommandStream stream = await CommandStream.ExecAsync(daemon, start).ConfigureAwait(false);
        CommandEnd end = await new AttachedCommand(stream, stdout, stderr).WaitAsync().ConfigureAwait(false);
        Tell(end, start.Command.Argv[0], json: false);
        return end.ExitCode;
    }

    private static void Tell(CommandEnd end, string program, bool json)
    {
        if (end.Reason == EndReason.StartFailed)
        {
            Console.Error.WriteLine($"sandboxctl: {VisibleText.Of(end.Text)}");
        }
        else if (end.Reason is not (EndReason.Exited or EndReason.Signaled) && !json)
        {
            Console.Error.WriteLine($"sandboxctl: {VisibleText.Of(program)} {VisibleText.Of(end.Text)}");
        }
    }

    private static void Print(string report, byte[] stdout, byte[] stderr)
    {
        JsonObject full = JsonNode.Parse(report)!.AsObject();
        Add(full, "stdout", stdout);
        Add(full, "stderr", stderr);
        Console.Out.WriteLine(full.ToJsonString(RunReportJson.Default.Options));
    }

    private static void Add(JsonObject report, string name, byte[] bytes)
    {
        string? text = RunReporter.Text(bytes);
        report[text is null ? $"{name}Base64" : name] = text ?? Convert.ToBase64String(bytes);
    }
}
