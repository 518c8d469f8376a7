using System.CommandLine;
using AgentSandbox.Ctl.Client;
using AgentSandbox.Ctl.Copy;
using Command = System.CommandLine.Command;

namespace AgentSandbox.Ctl.Commands;

/// <summary><c>sandboxctl cp</c>: files into a jail's workspace, and out of it.</summary>
internal static class CpCommand
{
    public static Command Create(DaemonOptions daemon)
    {
        Argument<string> source = new("SRC") { Description = "What to copy: JAIL:PATH, a path of yours, or - for stdin." };
        Argument<string> target = new("DST") { Description = "Where to: a path of yours, JAIL:PATH, or - for stdout. If it is a directory, the copy goes into it." };
        Option<bool> recursive = new("--recursive", "-r") { Description = "Copies a directory with all in it: files, directories, and links as links." };
        Command command = new(
            "cp",
            "Copies files into the workspace of a jail or out of it. PATH is relative to the workspace. Links are copied and never followed or written through; devices, FIFOs and sockets are left out, setuid bits are dropped.")
        {
            recursive, source, target,
        };
        command.SetAction(parsed =>
        {
            CopyPlace from = CopyPlace.Parse(parsed.GetValue(source)!);
            CopyPlace to = CopyPlace.Parse(parsed.GetValue(target)!);
            if (from.Jail is null == to.Jail is null)
            {
                throw new UsageException("one of SRC and DST is JAIL:PATH, and the other is not");
            }

            bool all = parsed.GetValue(recursive);
            return daemon.Ask(parsed, async connection =>
            {
                await (from.Jail is null ? new Upload(connection).CopyAsync(from, to, all) : new Download(connection).CopyAsync(from, to, all));
                return 0;
            });
        });
        return command;
    }
}
