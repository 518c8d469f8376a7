using System.CommandLine;
using AgentSandbox.Ctl.Run;
using AgentSandbox.Jails.Policy;

namespace AgentSandbox.Ctl.Commands;

/// <summary><c>sandboxctl run</c>: one command in a jail of its own.</summary>
internal static class RunCommand
{
    public static Command Create()
    {
        RunOptions jail = new();
        Option<bool> embedded = new("--embedded") { Description = "Without a daemon: this process makes the jail. Needs root." };
        Option<bool> terminal = new("--tty", "-t") { Description = "Gives the command a terminal of the jail's own. Usual if stdin and stdout are terminals." };
        Option<bool> noTerminal = new("--no-tty", "-T") { Description = "Gives the command pipes." };
        Option<string?> report = new("--report") { Description = "Writes how it ended, what it used and what confined it to FILE, as JSON.", HelpName = "FILE" };
        Option<bool> json = new("--json") { Description = "Prints one JSON object when the command has ended: the report, with its stdout and stderr." };
        Command command = new(
            "run",
            "Runs a command in a jail that is made for it and gone after it. Exit status: the command's own; 128+n for signal n; 124 for a time-out; 125 if the sandbox refused or failed; 126 and 127 as in a shell.");
        jail.AddTo(command);
        foreach (Option option in new Option[] { embedded, terminal, noTerminal, report, json })
        {
            command.Add(option);
        }

        command.SetAction(parsed =>
        {
            if (!parsed.GetValue(embedded))
            {
                throw new PolicyException("run", "there is no daemon to ask yet: pass --embedded");
            }

            if (parsed.GetValue(terminal) && (parsed.GetValue(noTerminal) || parsed.GetValue(json)))
            {
                throw new UsageException("--tty does not go with --no-tty or --json");
            }

            RawArguments.Check();
            RunRequest request = new()
            {
                Jail = jail.Request(parsed),
                Command = jail.Program(parsed),
                Terminal = parsed.GetValue(terminal) ? true : parsed.GetValue(noTerminal) || parsed.GetValue(json) ? false : null,
                ReportFile = parsed.GetValue(report),
                Json = parsed.GetValue(json),
            };
            return new EmbeddedRun(request).Execute();
        });
        return command;
    }
}
