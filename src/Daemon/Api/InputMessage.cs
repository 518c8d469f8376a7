using AgentSandbox.Daemon.Commands;
using AgentSandbox.Jails.Policy;
using AgentSandbox.V1;
using Google.Protobuf;

namespace AgentSandbox.Daemon.Api;

/// <summary>What a caller sends to a command that runs.</summary>
/// <param name="Stdin">Bytes for its stdin.</param>
/// <param name="CloseStdin">True: the end of its stdin.</param>
/// <param name="Resize">Another size for its terminal.</param>
/// <param name="Signal">A signal, 1 to 64.</param>
internal sealed record InputMessage(ByteString? Stdin = null, bool CloseStdin = false, WindowSize? Resize = null, int? Signal = null)
{
    private const int LastSignal = 64;

    /// <summary>The message of an Exec.</summary>
    /// <exception cref="PolicyException">It is a second start, or nothing that we know.</exception>
    public static InputMessage Of(ExecRequest request) => request.MessageCase switch
    {
        ExecRequest.MessageOneofCase.Stdin => new(Stdin: request.Stdin),
        ExecRequest.MessageOneofCase.CloseStdin => new(CloseStdin: true),
        ExecRequest.MessageOneofCase.Resize => new(Resize: request.Resize),
        ExecRequest.MessageOneofCase.Signal => new(Signal: request.Signal),
        _ => throw Malformed(request.MessageCase.ToString()),
    };

    /// <summary>The message of a Run.</summary>
    /// <exception cref="PolicyException">It is a second start, or nothing that we know.</exception>
    public static InputMessage Of(RunRequest request) => request.MessageCase switch
    {
        RunRequest.MessageOneofCase.Stdin => new(Stdin: request.Stdin),
        RunRequest.MessageOneofCase.CloseStdin => new(CloseStdin: true),
        RunRequest.MessageOneofCase.Resize => new(Resize: request.Resize),
        RunRequest.MessageOneofCase.Signal => new(Signal: request.Signal),
        _ => throw Malformed(request.MessageCase.ToString()),
    };

    /// <summary>A signal's number.</summary>
    /// <exception cref="PolicyException">It is none.</exception>
    public static int CheckSignal(int signal) => signal is > 0 and <= LastSignal ? signal : throw new PolicyException("signal", $"{signal} is none: 1 to {LastSignal}");

    /// <summary>Gives it to the command.</summary>
    /// <exception cref="PolicyException">A size or a signal is none, or there is stdin for a command whose streams were handed over.</exception>
    public async ValueTask ApplyAsync(ManagedCommand command)
    {
        if (Stdin is not null)
        {
            if (!command.TakesInput)
            {
                throw new PolicyException("message", "stdin was handed over: no bytes for it pass here");
            }

            await command.WriteInputAsync(Stdin.Memory).ConfigureAwait(false);
        }
        else if (CloseStdin)
        {
            await command.CloseInputAsync().ConfigureAwait(false);
        }
        else if (Signal is int signal)
        {
            command.Command.Signal(CheckSignal(signal));
        }
        else if (Requests.Terminal(Resize) is (ushort rows, ushort columns))
        {
            command.Resize(rows, columns);
        }
    }

    private static PolicyException Malformed(string what) => new("message", $"{what} cannot come here: after the start there is stdin, close_stdin, resize and signal");
}
