using AgentSandbox.Jails.Supervise;

namespace AgentSandbox.Jails.Report;

/// <summary>How a command ended, with its evidence; what a reason does not have is absent.</summary>
public sealed record RunReportEnd
{
    /// <summary>EXITED, SIGNALED, OOM_KILLED, TIMED_OUT, OUTPUT_LIMIT, KILLED, JAIL_ENDED, START_FAILED.</summary>
    public required string Reason { get; init; }

    /// <summary>The reason in words.</summary>
    public required string Text { get; init; }

    /// <summary>EXITED: the exit code.</summary>
    public int? Code { get; init; }

    /// <summary>SIGNALED: the signal.</summary>
    public int? Signal { get; init; }

    /// <summary>SIGNALED, KILLED: who did it.</summary>
    public string? By { get; init; }

    /// <summary>TIMED_OUT: wall, cpu or idle.</summary>
    public string? Clock { get; init; }

    /// <summary>TIMED_OUT: the time that it had, in milliseconds.</summary>
    public double? LimitMs { get; init; }

    /// <summary>OOM_KILLED, OUTPUT_LIMIT: the limit in bytes.</summary>
    public long? LimitBytes { get; init; }

    /// <summary>OOM_KILLED: the most that was used, in bytes.</summary>
    public long? PeakBytes { get; init; }

    /// <summary>START_FAILED: the step that failed, with its reason.</summary>
    public string? Step { get; init; }

    /// <summary>START_FAILED: the error.</summary>
    public string? Errno { get; init; }

    /// <summary>The report's form of <paramref name="end"/>.</summary>
    public static RunReportEnd From(CommandEnd end)
    {
        RunReportEnd report = new() { Reason = end.Kind, Text = end.ToString() };
        return end switch
        {
            CommandEnd.Exited exited => report with { Code = exited.Code },
            CommandEnd.Signaled signaled => report with { Signal = signaled.Signal, By = signaled.Sender },
            CommandEnd.TimedOut late => report with { Clock = late.Clock, LimitMs = late.Limit.TotalMilliseconds },
            CommandEnd.OutputLimit output => report with { LimitBytes = output.LimitBytes },
            CommandEnd.OomKilled oom => report with { LimitBytes = oom.LimitBytes, PeakBytes = oom.PeakBytes },
            CommandEnd.Killed killed => report with { By = killed.By },
            CommandEnd.StartFailed failed => report with { Step = failed.Step, Errno = failed.Errno },
            _ => report,
        };
    }
}
