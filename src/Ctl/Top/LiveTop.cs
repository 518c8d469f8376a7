using System.Runtime.InteropServices;
using System.Threading.Channels;
using AgentSandbox.Ctl.Client;
using AgentSandbox.Ctl.Text;
using AgentSandbox.Kernel;
using AgentSandbox.V1;
using Grpc.Core;
using Microsoft.Win32.SafeHandles;
using Files = AgentSandbox.Kernel.Files;

namespace AgentSandbox.Ctl.Top;

/// <summary><c>sandboxctl top</c> on a terminal: draws at each interval and at each key.</summary>
internal sealed class LiveTop
{
    private const char Interrupt = '\u0003';
    private const string Up = "\e[A";
    private const string Down = "\e[B";

    private readonly DaemonConnection _daemon;
    private readonly TopSource _source;
    private readonly TopScreen _screen = new();
    private string _message = TopScreen.Keys;
    private string _toKill = "";

    private LiveTop(DaemonConnection daemon, TopSource source)
    {
        _daemon = daemon;
        _source = source;
    }

    /// <summary>Runs until the person wants no more. The terminal is then as it was.</summary>
    /// <param name="daemon">The daemon.</param>
    /// <param name="interval">How often it is drawn anew.</param>
    public static async Task<int> RunAsync(DaemonConnection daemon, TimeSpan interval)
    {
        using SafeFileHandle input = new(0, ownsHandle: false);
        using TopSource source = new(daemon, interval);
        var keys = Channel.CreateUnbounded<string>();
        using PosixSignalRegistration terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context =>
        {
            context.Cancel = true;
            keys.Writer.TryComplete();
        });
        using (Terminal.EnterRawMode(input))
        {
            new Thread(() => ReadKeys(input, keys.Writer)) { IsBackground = true, Name = "keys" }.Start();
            Console.Out.Write("\e[?1049h\e[?25l"); // another screen, no cursor
            try
            {
                await new LiveTop(daemon, source).ServeAsync(keys.Reader, interval).ConfigureAwait(false);
            }
            finally
            {
                Console.Out.Write("\e[?25h\e[?1049l");
            }
        }

        return 0;
    }

    private static void ReadKeys(SafeFileHandle input, ChannelWriter<string> keys)
    {
        byte[] typed = new byte[64];
        try
        {
            for (int count; (count = Files.Read(input, typed)) > 0;)
            {
                keys.TryWrite(System.Text.Encoding.Latin1.GetString(typed, 0, count));
            }
        }
        catch (SyscallException gone) when (gone.Errno == Errno.EIO)
        {
            return; // the terminal was closed
        }
        finally
        {
            keys.TryComplete();
        }
    }

    private async Task ServeAsync(ChannelReader<string> keys, TimeSpan interval)
    {
        using PeriodicTimer timer = new(interval);
        Task<bool> tick = timer.WaitForNextTickAsync().AsTask();
        Task<bool> key = keys.WaitToReadAsync().AsTask();
        await _source.RefreshAsync().ConfigureAwait(false);
        while (true)
        {
            Draw();
            if (await Task.WhenAny(tick, key).ConfigureAwait(false) == tick)
            {
                await _source.RefreshAsync().ConfigureAwait(false);
                tick = timer.WaitForNextTickAsync().AsTask();
                continue;
            }

            if (!await key.ConfigureAwait(false))
            {
                return;
            }

            while (keys.TryRead(out string? typed))
            {
                if (!await PressAsync(typed).ConfigureAwait(false))
                {
                    return;
                }
            }

            key = keys.WaitToReadAsync().AsTask();
        }
    }

    private void Draw()
    {
        WindowSize size = OurTerminal.Size;
        List<string> lines = [Cut(_message, size), .. _screen.Lines(_source.Rows, Math.Max(2, (int)size.Rows - 2), selectable: true)];
        Console.Out.Write($"\e[H\e[?7l{string.Join("\e[K\r\n", lines)}\e[K\e[J\e[?7h"); // lines that are too long are cut by the terminal
    }

    private static string Cut(string text, WindowSize size) => text.Length < size.Columns ? text : text[..(int)(size.Columns - 1)];

    private async Task<bool> PressAsync(string typed)
    {
        if (_toKill.Length > 0)
        {
            string jail = _toKill;
            _toKill = "";
            await TellAsync(typed == "y", jail, "ended", () => _daemon.Jails.DeleteJailAsync(new DeleteJailRequest { Id = jail }).ResponseAsync).ConfigureAwait(false);
            return true;
        }

        switch (typed)
        {
            case "q" or [Interrupt, ..]:
                return false;
            case "j" or Down:
                _screen.Move(_source.Rows, 1);
                break;
            case "k" or Up:
                _screen.Move(_source.Rows, -1);
                break;
            case " " when _source.Rows.FirstOrDefault(row => row.Jail.Id == _screen.Selected)?.Jail is Jail { State: JailState.Paused } paused:
                await TellAsync(true, paused.Id, "resumed", () => _daemon.Jails.ResumeJailAsync(new ResumeJailRequest { Id = paused.Id }).ResponseAsync).ConfigureAwait(false);
                break;
            case " " when _screen.Selected is { Length: > 0 } running:
                await TellAsync(true, running, "paused", () => _daemon.Jails.PauseJailAsync(new PauseJailRequest { Id = running }).ResponseAsync).ConfigureAwait(false);
                break;
            case "x" when _screen.Selected.Length > 0:
                _toKill = _screen.Selected;
                _message = $"end {_toKill} and all that runs in it? y: yes, any other key: no";
                break;
            default:
                _message = typed.Length == 1 && _screen.Sort(typed[0]) ? _message : TopScreen.Keys;
                break;
        }

        return true;
    }

    private async Task TellAsync(bool wanted, string jail, string done, Func<Task> act)
    {
        _message = TopScreen.Keys;
        if (!wanted)
        {
            return;
        }

        try
        {
            await act().ConfigureAwait(false);
            await _source.RefreshAsync().ConfigureAwait(false);
            _message = $"{jail}: {done}";
        }
        catch (RpcException refused) when (refused.StatusCode != StatusCode.Unavailable)
        {
            _message = RpcFailures.Explain(refused, _daemon.Socket);
        }
    }
}
