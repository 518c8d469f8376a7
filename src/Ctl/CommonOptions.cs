using System.CommandLine;

namespace AgentSandbox.Ctl;

/// <summary>Options and arguments that many commands have, each with the same words.</summary>
internal static class CommonOptions
{
    /// <summary><c>--json</c>.</summary>
    public static Option<bool> Json() => new("--json") { Description = "Prints JSON." };

    /// <summary><c>--tty</c>.</summary>
    public static Option<bool> Terminal() => new("--tty", "-t") { Description = "Gives the command a terminal of the jail's own. Usual if stdin and stdout are terminals." };

    /// <summary><c>--no-tty</c>.</summary>
    public static Option<bool> NoTerminal() => new("--no-tty", "-T") { Description = "Gives the command pipes." };

    /// <summary><c>--direct</c>.</summary>
    public static Option<bool> Direct() => new("--direct")
    {
        Description = "Hands our stdin, stdout and stderr to the command itself: files, pipes and sockets, no terminal. Its bytes do not pass through the daemon, so no output limit and no idle time-out hold.",
    };

    /// <summary>A jail's id.</summary>
    public static Argument<string> Jail() => new("JAIL") { Description = "The jail's id: see 'sandboxctl ps'." };

    /// <summary>A command's id.</summary>
    public static Argument<string> Command() => new("COMMAND-ID") { Description = "The command's id in the jail: see 'sandboxctl ps --commands JAIL'." };
}
