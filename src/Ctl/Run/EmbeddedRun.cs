using System.Runtime.InteropServices;
using AgentSandbox.Jails.Policy;
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

        using RunReporter reporter = new(request);
        HostFacts host = HostFacts.From(HostFeatures.Current);
        using JailEngine engine = EmbeddedEngine.Create(host, HostFeatures.Current);
        using Jail jail = engine.Create(request.Jail, Caller.Identity);
        foreach (string layer in jail.Spec.Degraded)
        {
            Console.Error.WriteLine($"sandboxctl: warning: running without {layer}: {host.Missing[layer]}");
        }

        return Run(jail, reporter);
    }

    private int Run(Jail jail, RunReporter reporter)
    {
        using OutputSink stdout = request.Json ? OutputSink.ToMemory() : OutputSink.ToFile(1);
        using OutputSink stderr = request.Json ? OutputSink.ToMemory() : OutputSink.ToFile(2);
        using SafeFileHandle ourInput = new(0, ownsHandle: false);
        bool terminal = WantsTerminal(jail, ourInput);
        reporter.Prove(jail);
        CommandChannels channels = terminal ? CommandChannels.OpenTerminal(jail.Root, ourInput) : CommandChannels.OpenPipes();
        Command command = Start(jail, terminal, channels, reporter);

        using IDisposable? raw = terminal ? Terminal.EnterRawMode(ourInput) : null;
        using SignalForwarding signals = new(command.Signal);
        using PosixSignalRegistration? resize = terminal ? PosixSignalRegistration.Create(PosixSignal.SIGWINCH, _ => Terminal.CopySize(ourInput, channels.Input)) : null;
        OutputMeter meter = new(command);
        OutputRelay output = new(channels.Output, stdout.Write, meter);
        OutputRelay? error = channels.Error is null ? null : new(channels.Error, stderr.Write, meter);
        InputRelay.Start(ourInput, bytes => WriteInput(channels.Input, bytes, command), channels.Input.Dispose);

        CommandResult result = command.Wait();
        jail.Dispose(); // nothing is left that could write
        output.Join();
        error?.Join();
        raw?.Dispose();
        if (result.End is not (CommandEnd.Exited or CommandEnd.Signaled) && !request.Json)
        {
            Console.Error.WriteLine($"sandboxctl: {request.Command.Argv[0]} {result.End}");
        }

        reporter.Report(jail, command, result, new RunOutput(output.Bytes, error?.Bytes ?? 0, stdout.Collected, stderr.Collected));
        return result.End.ExitCode;
    }

    private static bool WriteInput(SafeFileHandle input, ReadOnlyMemory<byte> bytes, Command command)
    {
        Files.WriteAll(input, bytes.Span);
        command.Touch();
        return true;
    }

    private bool WantsTerminal(Jail jail, SafeFileHandle ourInput)
    {
        using SafeFileHandle ourOutput = new(1, ownsHandle: false);
        bool terminal = request.Terminal ?? (jail.Spec.Pts && Terminal.IsTerminal(ourInput) && Terminal.IsTerminal(ourOutput));
        return !terminal ? false
            : !Terminal.IsTerminal(ourInput) ? throw new PolicyException("--tty", "stdin is not a terminal")
            : jail.Spec.Pts ? true
            : throw new PolicyException("--tty", $"profile '{jail.Spec.Profile}' gives no terminals");
    }

    private Command Start(Jail jail, bool terminal, CommandChannels channels, RunReporter reporter)
    {
        using (channels)
        {
            try
            {
                return jail.Start(request.Command with { Terminal = terminal }, channels.Stdio);
            }
            catch (SyscallException refused)
            {
                StartFailureException? reason = StartFailureException.Explain(refused, request.Command.Argv[0], jail.Root);
                reporter.Report(jail, refused, reason?.Status ?? ExitCodes.Refused);
                throw (Exception?)reason ?? refused;
            }
        }
    }
}
