using System.Diagnostics;
using System.Globalization;
using AgentSandbox.Mcp.Answers;
using AgentSandbox.Mcp.Tools;
using AgentSandbox.V1;

namespace AgentSandbox.Mcp.Running;

/// <summary>Runs a command for a call, and tells the client meanwhile that it goes on.</summary>
internal static class CommandWait
{
    private const int LastLine = 200;
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(1);

    /// <summary>Runs a command to its end.</summary>
    /// <param name="call">The call.</param>
    /// <param name="jail">The jail.</param>
    /// <param name="command">What to run.</param>
    /// <param name="input">Its stdin.</param>
    public static async Task<ToolAnswer> RunAsync(ToolCall call, string jail, CommandConfig command, ReadOnlyMemory<byte> input)
    {
        RunningCommand running = new(call.Session, jail, command, input);
        using CancellationTokenSource done = CancellationTokenSource.CreateLinkedTokenSource(call.Cancelled);
        Task progress = call.Progress.IsWanted ? TellAsync(call.Progress, running, done.Token) : Task.CompletedTask;
        try
        {
            CommandEnd end = await running.RunAsync(call.Cancelled).ConfigureAwait(false);
            return CommandAnswers.Of(jail, running, end, CommandRequest.MaxOutput(call.Arguments));
        }
        finally
        {
            await done.CancelAsync().ConfigureAwait(false);
            await progress.ConfigureAwait(false);
        }
    }

    private static async Task TellAsync(ProgressReport progress, RunningCommand command, CancellationToken done)
    {
        long start = Stopwatch.GetTimestamp();
        using PeriodicTimer timer = new(s_interval);
        try
        {
            while (await timer.WaitForNextTickAsync(done).ConfigureAwait(false))
            {
                double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
                string text = $"running for {seconds.ToString("F0", CultureInfo.InvariantCulture)} s, {command.Stdout.Length + command.Stderr.Length} bytes written{Last(command)}";
                await progress.TellAsync(seconds, text, done).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (done.IsCancellationRequested)
        {
            return;
        }
    }

    private static string Last(RunningCommand command)
    {
        long length = command.Stdout.Length;
        (byte[] bytes, _) = command.Stdout.Read(length - LastLine, LastLine);
        string line = OutputText.Decode(bytes).TrimEnd().Split('\n')[^1];
        return line.Length == 0 ? "" : $"; last line: {new string([.. line.Where(c => !char.IsControl(c))])}";
    }
}
