using AgentSandbox.Jails.Supervise;
using AgentSandbox.Kernel;
using Microsoft.Win32.SafeHandles;

namespace AgentSandbox.Ctl.Run;

/// <summary>The pipes or the terminal between a command and us. Disposed, our copies of the command's ends are closed.</summary>
internal sealed class CommandChannels : IDisposable
{
    private CommandChannels(CommandStdio stdio, SafeFileHandle input, SafeFileHandle output, SafeFileHandle? error)
    {
        Stdio = stdio;
        Input = input;
        Output = output;
        Error = error;
    }

    /// <summary>The command's ends.</summary>
    public CommandStdio Stdio { get; }

    /// <summary>Where we write the command's stdin.</summary>
    public SafeFileHandle Input { get; }

    /// <summary>Where we read its stdout.</summary>
    public SafeFileHandle Output { get; }

    /// <summary>Where we read its stderr; null on a terminal, where both are one.</summary>
    public SafeFileHandle? Error { get; }

    /// <summary>Three pipes.</summary>
    public static CommandChannels OpenPipes()
    {
        (SafeFileHandle stdin, SafeFileHandle input) = Files.CreatePipe();
        (SafeFileHandle output, SafeFileHandle stdout) = Files.CreatePipe();
        (SafeFileHandle error, SafeFileHandle stderr) = Files.CreatePipe();
        return new CommandChannels(new CommandStdio(stdin, stdout, stderr), input, output, error);
    }

    /// <summary>A terminal of the jail's own, as large as <paramref name="ours"/>.</summary>
    public static CommandChannels OpenTerminal(SafeFileHandle jailRoot, SafeFileHandle ours)
    {
        (SafeFileHandle master, SafeFileHandle peer) = Terminal.OpenPair(jailRoot);
        Terminal.CopySize(ours, master);
        return new CommandChannels(new CommandStdio(peer, peer, peer), Files.Duplicate(master), master, null);
    }

    /// <summary>Closes our copies of the command's ends; the relays own ours.</summary>
    public void Dispose()
    {
        Stdio.Stdin.Dispose();
        Stdio.Stdout.Dispose();
        Stdio.Stderr.Dispose();
    }
}
