using System.CommandLine;
using AgentSandbox.Ctl.Text;
using Command = System.CommandLine.Command;

namespace AgentSandbox.Ctl.Commands;

/// <summary><c>sandboxctl completion</c>: what a shell needs to complete our command lines.</summary>
internal static class CompletionCommand
{
    public static Command Create()
    {
        Command bash = new("bash", "Prints a script for bash: source <(sandboxctl completion bash), or keep it as /usr/share/bash-completion/completions/sandboxctl.");
        bash.SetAction(parsed => Console.Out.Write(BashCompletion.Of((RootCommand)parsed.RootCommandResult.Command)));
        return new("completion", "Prints a script by which a shell completes commands, options and the ids of jails.") { bash };
    }
}
