using System.Text;
using System.Text.Json;
using AgentSandbox.Jails.Policy;
using AgentSandbox.Jails.Proof;
using AgentSandbox.Jails.Report;
using AgentSandbox.Jails.Supervise;
using AgentSandbox.Kernel;

namespace AgentSandbox.Ctl.Run;

/// <summary>Writes the report of a run: to the file of <c>--report</c>, and with <c>--json</c> to stdout.</summary>
internal sealed class RunReporter : IDisposable
{
    private readonly RunRequest _request;
    private readonly ReportFile? _file;
    private ProbeProof? _probes;

    /// <summary>Opens the file, before anything runs.</summary>
    /// <exception cref="PolicyException">It cannot be written.</exception>
    public RunReporter(RunRequest request)
    {
        _request = request;
        _file = request.ReportFile is string path ? new ReportFile(path) : null;
    }

    private bool IsWanted => _file is not null || _request.Json;

    /// <summary>Asks the kernel what it enforces, if a report is wanted.</summary>
    /// <exception cref="ProofException">Something is not enforced.</exception>
    public void Prove(Jail jail) => _probes = IsWanted ? ProbeProof.Read(jail) : null;

    /// <summary>Reports a command that ended.</summary>
    public void Report(Jail jail, Command command, CommandResult result, RunOutput output)
    {
        if (IsWanted)
        {
            Write(RunReport.Create(jail, _request.Command, command, result, _probes!, output.StdoutBytes, output.StderrBytes), output);
        }
    }

    /// <summary>Reports a command that did not start.</summary>
    /// <param name="jail">The jail.</param>
    /// <param name="refused">The step that failed.</param>
    /// <param name="exitCode">The exit status that it comes to.</param>
    public void Report(Jail jail, SyscallException refused, int exitCode)
    {
        if (IsWanted)
        {
            Write(RunReport.Create(jail, _request.Command, new CommandEnd.StartFailed(refused.Step, refused.Errno.ToString(), exitCode), _probes!), RunOutput.None);
        }
    }

    public void Dispose() => _file?.Dispose();

    private void Write(RunReport report, RunOutput output)
    {
        _file?.Write(JsonSerializer.SerializeToUtf8Bytes(report, RunReportJson.Default.RunReport));
        if (_request.Json)
        {
            RunReport full = report with
            {
                Stdout = Text(output.Stdout),
                StdoutBase64 = Text(output.Stdout) is null ? output.Stdout : null,
                Stderr = Text(output.Stderr),
                StderrBase64 = Text(output.Stderr) is null ? output.Stderr : null,
            };
            Console.Out.WriteLine(JsonSerializer.Serialize(full, RunReportJson.Default.RunReport));
        }
    }

    /// <summary><paramref name="bytes"/> as text; null if they are not UTF-8.</summary>
    internal static string? Text(byte[]? bytes)
    {
        try
        {
            return new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true).GetString(bytes ?? []);
        }
        catch (DecoderFallbackException)
        {
            return null; // binary output goes into the report as base64
        }
    }
}
