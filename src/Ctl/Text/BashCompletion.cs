using System.CommandLine;
using System.Text;
using Command = System.CommandLine.Command;

namespace AgentSandbox.Ctl.Text;

/// <summary>The tree of commands as a completion script for bash. Only the ids of jails and workspaces are asked for when they are needed.</summary>
internal static class BashCompletion
{
    private const string Head = """
        # bash completion for sandboxctl
        _sandboxctl() {
          local current=${COMP_WORDS[COMP_CWORD]} path= word i words= jails= workspaces=
          for ((i = 1; i < COMP_CWORD; i++)); do
            word=${COMP_WORDS[i]}
            [[ $word == -- ]] && return
            case "$path $word" in

        """;

    private const string Tail = """
          esac
          [[ -n $jails && $current != -* ]] && words="$words $(sandboxctl ps -q 2>/dev/null)"
          [[ -n $workspaces && $current != -* ]] && words="$words $(sandboxctl workspace list -q 2>/dev/null)"
          COMPREPLY=($(compgen -W "$words" -- "$current"))
        }
        complete -o default -F _sandboxctl sandboxctl

        """;

    /// <summary>The script.</summary>
    public static string Of(RootCommand root)
    {
        (string Path, Command Command)[] all = [.. Below("", root)];
        StringBuilder script = new(Head);
        script.Append($"      {string.Join(" | ", all.Where(c => c.Path.Length > 0).Select(c => $"\"{c.Path}\""))}) path=\"$path $word\" ;;\n    esac\n  done\n  case $path in\n");
        foreach ((string path, Command command) in all)
        {
            IEnumerable<string> options = command.Options.Concat(root.Options.Where(o => o.Recursive)).SelectMany(o => o.Aliases.Prepend(o.Name)).Where(o => o.StartsWith('-')).Distinct();
            IEnumerable<string> values = command.Arguments.SelectMany(a => a.CompletionSources).SelectMany(s => s(System.CommandLine.Completions.CompletionContext.Empty)).Select(c => c.Label);
            string words = string.Join(' ', command.Subcommands.Select(c => c.Name).Concat(values).Concat(options));
            script.Append($"    \"{path}\") words=\"{words}\"{Ids(command, "JAIL", " jails=1")}{Ids(command, "WORKSPACE", " workspaces=1")} ;;\n");
        }

        return script.Append(Tail).ToString();
    }

    private static string Ids(Command command, string argument, string mark) => command.Arguments.Any(a => a.Name == argument) ? mark : "";

    private static IEnumerable<(string Path, Command Command)> Below(string path, Command command) =>
        command.Subcommands.SelectMany(sub => Below($"{path} {sub.Name}", sub)).Prepend((path, command));
}
