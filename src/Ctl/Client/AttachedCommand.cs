using System.Runtime.InteropServices;
using AgentSandbox.Ctl.Run;
using AgentSandbox.Ctl.Text;
using AgentSandbox.Kernel;
using AgentSandbox.V1;
using Microsoft.Win32.SafeHandles;

namespace AgentSandbox.Ctl.Client;

/// <summary>A command whose standard streams, terminal and signals are ours, from its start to its end.</summary>
/// <param name="stream">The command.</param>
/// <param name="stdout">Where its stdout goes.</param>
/// <param name="stderr">Where its stderr goes.</param>
internal sealed class AttachedCommand(CommandStream stream, OutputSink stdout, OutputSink stderr)
{
    private static readonly TimeSpan s_handoffPatience = TimeSpan.FromSeconds(10);
    private static readonly SafeFileHandle s_ourInput = new(0, ownsHandle: false);
    private static readonly SafeFileHandle[] s_ourStreams = [s_ourInput, new(1, ownsHandle: false), new(2, ownsHandle: false)];

    private readonly List<IDisposable> _attachments = [];
    private bool _readerIsGone;
    private bool _handedOver;

    /// <summary>True: the caller has not been told yet what the jail goes without.</summary>
    public bool WarnsOfDegraded { get; init; }

    /// <summary>Passes everything on until the command has ended and, if it had a jail of its own, that is gone.</summary>
    public async Task<CommandEnd> WaitAsync()
    {
        CommandEnd? end = null;
        try
        {
            while (await stream.Responses.MoveNext(CancellationToken.None).ConfigureAwait(false))
            {
                ExecResponse response = stream.Responses.Current;
                switch (response.MessageCase)
                {
                    case ExecResponse.MessageOneofCase.Started:
                        Attach(response.Started);
                        break;
                    case ExecResponse.MessageOneofCase.HandoffReady:
                        _handedOver = true;
                        FdHandoff.Send(response.HandoffReady.Socket, response.HandoffReady.Token.Span, s_ourStreams, s_handoffPatience);
                        break;
                    case ExecResponse.MessageOneofCase.Stdout:
                        await WriteAsync(stdout, response.Stdout.Memory).ConfigureAwait(false);
                        break;
                    case ExecResponse.MessageOneofCase.Stderr:
                        await WriteAsync(stderr, response.Stderr.Memory).ConfigureAwait(false);
                        break;
                    case ExecResponse.MessageOneofCase.Ended:
                        end = response.Ended;
                        break;
                    default:
                        break; // what was left out is told by how it ended
                }
            }
        }
        finally
        {
            _attachments.ForEach(attachment => attachment.Dispose());
        }

        return end ?? throw new DaemonException("the daemon did not say how the command ended");
    }

    private void Attach(ExecStarted started)
    {
        stream.Begin(started);
        foreach (string layer in WarnsOfDegraded ? [.. started.Degraded] : Array.Empty<string>())
        {
            Console.Error.WriteLine($"sandboxctl: warning: running without {VisibleText.Of(layer)}: the daemon's host lacks it");
        }

        if (started.Terminal)
        {
            _attachments.Add(Terminal.EnterRawMode(s_ourInput));
            _attachments.Add(PosixSignalRegistration.Create(PosixSignal.SIGWINCH, _ => stream.ResizeAsync(OurTerminal.Size).Wait()));
        }

        _attachments.Add(new SignalForwarding(signal => stream.SignalAsync(signal).Wait()));
        if (!_handedOver)
        {
            InputRelay.Start(s_ourInput, bytes => stream.SendInputAsync(bytes).Result, () => stream.CloseInputAsync().Wait());
        }
    }

    private async Task WriteAsync(OutputSink sink, ReadOnlyMemory<byte> bytes)
    {
        try
        {
            sink.Write(bytes.Span);
        }
        catch (SyscallException gone) when (gone.Errno == Errno.EPIPE)
        {
            if (!_readerIsGone)
            {
                _readerIsGone = true;
                await stream.SignalAsync(Libc.SIGPIPE).ConfigureAwait(false); // what the kernel would have told it
            }
        }
    }
}
