using System.CommandLine;
using System.CommandLine.Parsing;
using AgentSandbox.Jails.Plan;
using AgentSandbox.Jails.Policy;
using AgentSandbox.Jails.Supervise;
using Command = System.CommandLine.Command;

namespace AgentSandbox.Ctl.Commands;

/// <summary>What stands for the command that runs in a jail: its program and arguments, and where it starts.</summary>
internal sealed class ProgramArguments
{
    private readonly Option<string?> _workingDirectory = new("--workdir", "-w") { Description = "The working directory in the jail.", HelpName = "DIR" };
    private readonly Argument<string[]> _argv = new("COMMAND") { Description = "The program and its arguments, after '--'.", Arity = ArgumentArity.OneOrMore };

    /// <summary>Adds them to <paramref name="command"/>, whose last argument they are.</summary>
    public void AddTo(Command command)
    {
        command.Add(_workingDirectory);
        command.Add(_argv);
    }

    /// <summary>The command that the command line names.</summary>
    /// <exception cref="UsageException">An option is unknown, or could be the command's as well as ours.</exception>
    /// <exception cref="PolicyException">A value is refused.</exception>
    public CommandSpec Read(ParseResult parsed)
    {
        CheckWhereTheCommandBegins(parsed);
        CommandSpec program = new() { Argv = [.. parsed.GetValue(_argv)!], WorkingDirectory = parsed.GetValue(_workingDirectory) };
        CommandValidation.Check(program);
        return program;
    }

    // What stands before "--" is ours, what stands behind it the command's. Without "--" the first word begins the command, and an option behind it
    // could be meant for either: we do not guess.
    private void CheckWhereTheCommandBegins(ParseResult parsed)
    {
        int dashes = parsed.Tokens.ToList().FindIndex(t => t.Type == TokenType.DoubleDash);
        Token[] before = [.. dashes < 0 ? parsed.Tokens : parsed.Tokens.Take(dashes)];
        Token[] fromFirstWord = [.. before.SkipWhile(t => !ReferenceEquals(t, parsed.GetResult(_argv)!.Tokens[0]))];
        if (fromFirstWord.FirstOrDefault()?.Value is not string first)
        {
            return;
        }

        string? option = fromFirstWord.Select(t => t.Value).FirstOrDefault(v => v.StartsWith('-'));
        string? wrong = first.StartsWith('-') ? $"unknown option '{first}'"
            : dashes >= 0 ? $"unexpected '{first}' before '--'"
            : option is not null ? $"'{option}' could be an option of {first} or of sandboxctl: write '--' before {first}"
            : null;
        if (wrong is not null)
        {
            throw new UsageException(wrong);
        }
    }
}
