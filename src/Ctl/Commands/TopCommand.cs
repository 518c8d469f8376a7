using System.CommandLine;
using AgentSandbox.Ctl.Client;
using AgentSandbox.Ctl.Text;
using AgentSandbox.Ctl.Top;
using Command = System.CommandLine.Command;

namespace AgentSandbox.Ctl.Commands;

/// <summary><c>sandboxctl top</c>: what jails use, live.</summary>
internal static class TopCommand
{
    private static readonly TimeSpan s_usualInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_shortestInterval = TimeSpan.FromMilliseconds(100);

    public static Command Create(DaemonOptions daemon)
    {
        Option<bool> once = new("--once") { Description = "Prints the table once. Usual if stdin or stdout is no terminal." };
        Option<TimeSpan?> interval = OptionParsers.Span("--interval", "How often it is drawn anew: 100ms or more; 1s if it is not given.");
        Command command = new(
            "top",
            $"Shows what jails use, live. Keys: {TopScreen.Keys}. CPU% is of one core; PSI is the time of the last ten seconds in which processes were held up for want of CPU, memory and disk, in percent. 'sandboxctl stats --json' is the form for programs.")
        {
            once, interval,
        };
        command.SetAction(parsed =>
        {
            TimeSpan period = parsed.GetValue(interval) ?? s_usualInterval;
            return period < s_shortestInterval
                ? throw new UsageException("--interval: 100ms or more")
                : daemon.Ask(parsed, connection => parsed.GetValue(once) || !Style.IsOurs(0) || !Style.IsTerminal ? PrintAsync(connection) : LiveTop.RunAsync(connection, period));
        });
        return command;
    }

    private static async Task<int> PrintAsync(DaemonConnection daemon)
    {
        using TopSource source = new(daemon, s_shortestInterval);
        await source.RefreshAsync();
        await source.MeasureAsync();
        TopScreen screen = new();
        screen.Lines(source.Rows, int.MaxValue, selectable: false).ForEach(Console.Out.WriteLine);
        return 0;
    }
}
