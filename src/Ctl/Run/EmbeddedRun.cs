using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using AgentSandbox.Jails.Plan;
using AgentSandbox.Jails.Policy;
using AgentSandbox.Jails.Proof;
using AgentSandbox.Jails.Supervise;
using AgentSandbox.Kernel;
using Microsoft.Win32.SafeHandles;

namespace AgentSandbox.Ctl.Run;

/// <summary>Runs one command in a jail that this process makes: create, exec, destroy.</summary>
/// <param name="request">What to run.</param>
internal sealed class EmbeddedRun(RunRequest request)
{
    /// <summary>Runs the command and returns the exit status of <c>sandboxctl run</c>.</summary>
    public int Execute()
    {
        if (!Environment.IsPrivilegedProcess)
        {
            throw new PolicyException("--embedded", "making jails needs root: run it with sudo, or ask the daemon");
        }

        using SafeFileHandle? report = request.ReportFile is string file ? OpenReport(file) : null;
        HostFacts host = HostFacts.From(HostFeatures.Current);
        using JailEngine engine = EmbeddedEngine.Create(host, HostFeatures.Current);
        Jail jail = engine.Create(request.Jail, Caller.Identity);
        try
        {
            foreach (string layer in jail.Spec.Degraded)
            {
                Console.Error.WriteLine($"sandboxctl: warning: running without {layer}: {host.Missing[layer]}");
            }

            return Run(jail, report);
        }
        finally
        {
            jail.Dispose();
        }
    }

    private int Run(Jail jail, SafeFileHandle? report)
    {
        using OutputSink stdout = request.Json ? OutputSink.ToMemory() : OutputSink.ToFile(1);
        using OutputSink stderr = request.Json ? OutputSink.ToMemory() : OutputSink.ToFile(2);
        using SafeFileHandle ourInput = new(0, ownsHandle: false);
        using SafeFileHandle ourOutput = new(1, ownsHandle: false);
        bool terminal = request.Terminal ?? (jail.Spec.Pts && Terminal.IsTerminal(ourInput) && Terminal.IsTerminal(ourOutput));
        if (terminal && !Terminal.IsTerminal(ourInput))
        {
            throw new PolicyException("--tty", "stdin is not a terminal");
        }

        if (terminal && !jail.Spec.Pts)
        {
            throw new PolicyException("--tty", $"profile '{jail.Spec.Profile}' gives no terminals");
        }

        ProbeProof? probes = report is not null || request.Json ? ProbeProof.Read(jail) : null;
        CommandChannels channels = terminal ? CommandChannels.OpenTerminal(jail.Root, ourInput) : CommandChannels.OpenPipes();
        Command command;
        using (channels)
        {
            command = Start(jail, request.Command with { Terminal = terminal }, channels.Stdio);
        }

        using IDisposable? raw = terminal ? Terminal.EnterRawMode(ourInput) : null;
        using SignalForwarding signals = new(command);
        using PosixSignalRegistration? resize = terminal ? PosixSignalRegistration.Create(PosixSignal.SIGWINCH, _ => Terminal.CopySize(ourInput, channels.Input)) : null;
        long? limit = jail.Spec.Limits.Output.IsMax ? null : jail.Spec.Limits.Output.Value.Bytes;
        OutputMeter meter = new(limit, () => command.Kill(new CommandEnd.OutputLimit(limit!.Value)));
        OutputRelay output = new(channels.Output, stdout.Write, meter);
        OutputRelay? error = channels.Error is null ? null : new(channels.Error, stderr.Write, meter);
        InputRelay.Start(ourInput, channels.Input);

        CommandResult result = command.Wait();
        jail.Dispose(); // nothing is left that could write
        output.Join();
        error?.Join();
        raw?.Dispose();
        if (result.End is not (CommandEnd.Exited or CommandEnd.Signaled) && !request.Json)
        {
            Console.Error.WriteLine($"sandboxctl: {request.Command.Argv[0]} {result.End}");
        }

        if (probes is not null)
        {
            RunReport made = new()
            {
                Jail = jail.Id,
                Profile = jail.Spec.Profile,
                Argv = request.Command.Argv,
                End = RunReportEnd.From(result.End),
                ExitCode = result.End.ExitCode,
                Usage = Usage(result.Usage, output.Bytes, error?.Bytes ?? 0),
                Plan = new RunReportPlan(jail.Program.Hash(), command.Program.Hash()),
                Degraded = jail.Spec.Degraded,
                Proof = new RunReportProof(jail.Proof, command.Proof, probes),
            };
            Write(made, report, stdout.Collected, stderr.Collected);
        }

        return result.End.ExitCode;
    }

    private static Command Start(Jail jail, CommandSpec command, CommandStdio stdio)
    {
        try
        {
            return jail.Start(command, stdio);
        }
        catch (SyscallException refused) when (StartFailure.Explain(refused, command.Argv[0], jail.Root) is StartFailure reason)
        {
            throw reason;
        }
    }

    private static SafeFileHandle OpenReport(string path)
    {
        try
        {
            return Files.Open(path, Libc.O_WRONLY | Libc.O_CREAT | Libc.O_TRUNC, 0b110_100_100);
        }
        catch (SyscallException refused)
        {
            throw new PolicyException("--report", $"{path} cannot be written: {refused.Errno}");
        }
    }

    private static RunReportUsage Usage(CommandUsage usage, long stdout, long stderr) => new(
        usage.Wall.TotalMilliseconds, usage.UserTime.TotalMilliseconds, usage.SystemTime.TotalMilliseconds, usage.PeakMemoryBytes, stdout, stderr);

    private void Write(RunReport made, SafeFileHandle? report, byte[]? stdout, byte[]? stderr)
    {
        if (report is not null)
        {
            Files.WriteAll(report, JsonSerializer.SerializeToUtf8Bytes(made, RunReportJson.Default.RunReport));
        }

        if (request.Json)
        {
            RunReport full = made with
            {
                Stdout = Text(stdout!),
                StdoutBase64 = Text(stdout!) is null ? stdout : null,
                Stderr = Text(stderr!),
                StderrBase64 = Text(stderr!) is null ? stderr : null,
            };
            Console.Out.WriteLine(JsonSerializer.Serialize(full, RunReportJson.Default.RunReport));
        }
    }

    private static string? Text(byte[] bytes)
    {
        try
        {
            return new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true).GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return null; // binary output goes into the report as base64
        }
    }
}
