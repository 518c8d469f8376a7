using AgentSandbox.Jails.Supervise;
using AgentSandbox.Kernel;
using Microsoft.Win32.SafeHandles;

namespace AgentSandbox.Daemon.Commands;

/// <summary>Our ends of a command's pipes or terminal. Disposed, they are closed.</summary>
internal sealed class CommandPipes : IDisposable
{
    private CommandPipes(AsyncFile? input, AsyncFile output, AsyncFile? error)
    {
        Input = input;
        Output = output;
        Error = error;
    }

    /// <summary>Where the command's stdin is written; disposed by who has written all of it.</summary>
    public AsyncFile? Input { get; }

    /// <summary>Where its stdout is read.</summary>
    public AsyncFile Output { get; }

    /// <summary>Where its stderr is read; null on a terminal, where both are one.</summary>
    public AsyncFile? Error { get; }

    /// <summary>Three pipes: our ends, and the command's, which the caller disposes after the start.</summary>
    public static (CommandPipes Ours, CommandStdio Theirs) OpenPipes(EventLoop loop)
    {
        (SafeFileHandle stdin, SafeFileHandle input) = Files.CreatePipe();
        (SafeFileHandle output, SafeFileHandle stdout) = Files.CreatePipe();
        (SafeFileHandle error, SafeFileHandle stderr) = Files.CreatePipe();
        return (new(new(loop, input), new(loop, output), new(loop, error)), new(stdin, stdout, stderr));
    }

    /// <summary>A terminal of the jail's own: our side, and the command's, which the caller disposes after the start.</summary>
    /// <param name="loop">The loop.</param>
    /// <param name="jailRoot">The jail's root directory.</param>
    /// <param name="rows">1 to 65,535.</param>
    /// <param name="columns">1 to 65,535.</param>
    public static (CommandPipes Ours, CommandStdio Theirs) OpenTerminal(EventLoop loop, SafeFileHandle jailRoot, ushort rows, ushort columns)
    {
        (SafeFileHandle master, SafeFileHandle peer) = Terminal.OpenPair(jailRoot);
        Terminal.SetSize(master, rows, columns);
        return (new(new(loop, Files.Duplicate(master)), new(loop, master), null), new(peer, peer, peer));
    }

    /// <summary>Our ends of pipes that an earlier run of the daemon left with somebody who kept them.</summary>
    public static CommandPipes Adopt(EventLoop loop, SafeFileHandle output, SafeFileHandle error) => new(null, new(loop, output), new(loop, error));

    public void Dispose()
    {
        Input?.Dispose();
        Output.Dispose();
        Error?.Dispose();
    }
}
