using System.Runtime.InteropServices;
using AgentSandbox.Kernel;

namespace AgentSandbox.Ctl.Run;

/// <summary>Passes the signals that end or interrupt us on to a command, as long as it is not disposed.</summary>
internal sealed class SignalForwarding : IDisposable
{
    private static readonly (PosixSignal Ours, int Theirs)[] s_signals =
    [
        (PosixSignal.SIGINT, Libc.SIGINT), (PosixSignal.SIGTERM, Libc.SIGTERM), (PosixSignal.SIGHUP, Libc.SIGHUP), (PosixSignal.SIGQUIT, Libc.SIGQUIT),
    ];

    private readonly List<PosixSignalRegistration> _registrations;

    /// <summary>Begins.</summary>
    /// <param name="signal">Sends a signal to the command.</param>
    public SignalForwarding(Action<int> signal) => _registrations =
    [
        .. s_signals.Select(s => PosixSignalRegistration.Create(s.Ours, context =>
        {
            context.Cancel = true;
            signal(s.Theirs);
        })),
    ];

    public void Dispose() => _registrations.ForEach(r => r.Dispose());
}
