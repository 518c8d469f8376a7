using System.CommandLine;
using AgentSandbox.Jails.Policy;

namespace AgentSandbox.Ctl.Client;

/// <summary>Where the daemon is, and with which key it is asked: options of every command.</summary>
internal sealed class DaemonOptions
{
    private const string SocketVariable = "AGENT_SANDBOX_SOCKET";
    private const string KeyVariable = "AGENT_SANDBOX_KEY";
    private const UnixFileMode OthersRead = UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private readonly Option<string?> _socket = new("--socket")
    {
        Description = $"The daemon's socket; if it is not given ${SocketVariable}, else {DefaultSocket}.", HelpName = "PATH", Recursive = true,
    };

    private readonly Option<string?> _keyFile = new("--key-file")
    {
        Description = $"A file that holds an API key and that only you can read; if it is not given the key in ${KeyVariable}, else none. The key itself is no option: every user of the host can read command lines.",
        HelpName = "FILE",
        Recursive = true,
    };

    /// <summary>Where the daemon is if nobody says.</summary>
    public const string DefaultSocket = "/run/agent-sandboxd/api.sock";

    /// <summary>Adds the options to <paramref name="root"/> and all that is below it.</summary>
    public void AddTo(RootCommand root)
    {
        root.Add(_socket);
        root.Add(_keyFile);
    }

    /// <summary>Asks the daemon, and waits for the answer.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="ask">What to ask; its result is the exit status.</param>
    /// <exception cref="DaemonException">The daemon refused, or cannot be reached.</exception>
    public int Ask(ParseResult parsed, Func<DaemonConnection, Task<int>> ask)
    {
        using DaemonConnection daemon = Connect(parsed);
        return daemon.Ask(ask);
    }

    /// <summary>The daemon; nothing is connected until something is asked. The caller disposes it.</summary>
    public DaemonConnection Connect(ParseResult parsed) =>
        new(parsed.GetValue(_socket) ?? Variable(SocketVariable) ?? DefaultSocket, ReadKey(parsed.GetValue(_keyFile)));

    private static string? ReadKey(string? file)
    {
        if (file is null)
        {
            return Variable(KeyVariable);
        }

        using FileStream stream = new(file, FileMode.Open, FileAccess.Read);
        if ((File.GetUnixFileMode(stream.SafeFileHandle) & OthersRead) != 0)
        {
            throw new PolicyException("--key-file", $"others than its owner can read {file}: chmod 600 it, and have the key revoked if they may have");
        }

        using StreamReader reader = new(stream);
        return reader.ReadToEnd().Trim();
    }

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
