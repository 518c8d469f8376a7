using System.CommandLine;
using System.Globalization;
using AgentSandbox.Ctl.Client;
using AgentSandbox.Ctl.Text;
using AgentSandbox.V1;
using Grpc.Core;
using Command = System.CommandLine.Command;

namespace AgentSandbox.Ctl.Commands.Workspaces;

/// <summary><c>sandboxctl workspace diff</c>: what differs between two states of a workspace.</summary>
internal static class WorkspaceDiff
{
    private const int UsualLines = 1000;

    public static Command Create(DaemonOptions daemon)
    {
        Argument<string> workspace = WorkspaceOptions.Workspace();
        Option<string?> from = new("--from") { Description = "The snapshot before; without this the newest one, or if there is none what the workspace began as.", HelpName = "SNAPSHOT" };
        Option<string?> to = new("--to") { Description = "The snapshot after; without this what the workspace holds now.", HelpName = "SNAPSHOT" };
        Option<string?> path = WorkspaceOptions.Path();
        Option<bool> text = new("--text", "-t") { Description = "Shows what changed in text files, as a unified diff. What a terminal would obey is spelled out: for patch(1) take the texts of --json." };
        Option<int> lines = new("--lines") { Description = "How many lines of each text: 1 to 10000.", HelpName = "N", DefaultValueFactory = _ => UsualLines };
        Option<bool> json = new("--json") { Description = "Prints JSON, an object on each line." };
        Option<bool> exitCode = new("--exit-code") { Description = "Ends with 1 if something differs, with 0 if nothing does, and with 2 if it cannot be told." };
        Command command = new("diff", "Lists what differs between two states of a workspace (+ added, ~ changed, - removed), each with what a reviewer should know of it.")
        {
            workspace, from, to, path, text, lines, json, exitCode,
        };
        command.SetAction(parsed =>
        {
            DiffWorkspaceRequest request = new()
            {
                Id = parsed.GetValue(workspace)!,
                From = parsed.GetValue(from) ?? "",
                To = parsed.GetValue(to) ?? "",
                Path = parsed.GetValue(path) ?? "",
                TextLines = parsed.GetValue(text) ? parsed.GetValue(lines) : 0,
            };
            return daemon.Ask(parsed, async connection => await PrintAsync(connection, request, parsed.GetValue(json)) > 0 && parsed.GetValue(exitCode) ? 1 : 0);
        });
        return command;
    }

    private static async Task<long> PrintAsync(DaemonConnection daemon, DiffWorkspaceRequest request, bool json)
    {
        long changes = 0;
        using AsyncServerStreamingCall<FileChange> call = daemon.Workspaces.DiffWorkspace(request);
        for (; await call.ResponseStream.MoveNext(CancellationToken.None); changes++)
        {
            FileChange change = call.ResponseStream.Current;
            if (json)
            {
                JsonOutput.PrintLine(change);
            }
            else
            {
                Print(change, withText: request.TextLines > 0);
            }
        }

        return changes;
    }

    private static void Print(FileChange change, bool withText)
    {
        string line = $"{Sign(change.Kind)} {VisibleText.Of(change.Path)}{VisibleText.Of(Details(change))}";
        Console.Out.WriteLine(change.Flags.Count == 0 ? line : $"{line}  {Style.Bold($"[{string.Join(", ", change.Flags.Select(Names.Of))}]")}");
        if (!withText)
        {
            return;
        }

        foreach (string text in change.Text.Split('\n')[..^1])
        {
            Console.Out.WriteLine($"    {VisibleText.OfLine(text)}");
        }

        string note = change.NoText.Length > 0 ? $"no text: {change.NoText}" : change.TextCut ? "there is more: see --lines" : "";
        if (note.Length > 0)
        {
            Console.Out.WriteLine($"    ({VisibleText.Of(note)})");
        }
    }

    private static char Sign(ChangeKind kind) => kind switch
    {
        ChangeKind.Added => '+',
        ChangeKind.Removed => '-',
        _ => '~',
    };

    private static string Details(FileChange change)
    {
        (AgentSandbox.V1.FileInfo? before, AgentSandbox.V1.FileInfo? after) = (change.Before, change.After);
        string target = (after ?? before)?.Kind == FileKind.Link ? $" -> {(after is null ? change.TargetBefore : change.TargetAfter)}" : "";
        return before is null || after is null ? target
            : before.Kind != after.Kind ? $"{target} ({Names.Of(before.Kind)}, now {Names.Of(after.Kind)})"
            : before.Mode != after.Mode ? $"{target} (mode {Mode(before)}, now {Mode(after)})"
            : target;
    }

    private static string Mode(AgentSandbox.V1.FileInfo file) => Convert.ToString(file.Mode, 8).PadLeft(4, '0').ToString(CultureInfo.InvariantCulture);
}
