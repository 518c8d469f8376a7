using System.Globalization;
using AgentSandbox.Daemon.Commands;
using AgentSandbox.Daemon.Registry;
using AgentSandbox.Jails.Cgroups.Usage;
using AgentSandbox.Jails.Plan;
using AgentSandbox.Jails.Policy;
using AgentSandbox.Jails.Proof;
using AgentSandbox.Jails.Supervise;
using AgentSandbox.V1;
using Google.Protobuf.WellKnownTypes;
using CommandEnd = AgentSandbox.Jails.Supervise.CommandEnd;
using JailEvent = AgentSandbox.Daemon.Registry.JailEvent;
using JailState = AgentSandbox.V1.JailState;

namespace AgentSandbox.Daemon.Api;

/// <summary>The engine's terms as callers get them.</summary>
internal static class Answers
{
    /// <summary>A jail.</summary>
    /// <param name="entry">The jail.</param>
    /// <param name="withProof">True: with what the kernel enforces.</param>
    public static V1.Jail Jail(JailEntry entry, bool withProof)
    {
        JailSpec spec = entry.Jail.Spec;
        V1.Jail jail = new()
        {
            Id = entry.Id,
            Profile = spec.Profile,
            State = entry.Jail.HasEnded ? JailState.Ended : entry.IsStuck ? JailState.Stuck : entry.Jail.IsPaused ? JailState.Paused : JailState.Running,
            Owner = new Owner { Uid = entry.Record.Owner.Uid, KeyId = entry.Record.Owner.Key ?? "" },
            CreatedAt = Timestamp.FromDateTimeOffset(entry.Record.CreatedAt),
            Limits = Limits(spec.Limits),
            ExpiresAt = entry.Record.TimeToLive.IsMax ? null : Timestamp.FromDateTimeOffset(entry.Record.CreatedAt + entry.Record.TimeToLive.Value),
            IdleTimeout = Span(entry.Record.IdleTimeout),
            RunningCommands = entry.Running,
            PlanHash = entry.PlanHash,
            Workspace = spec.Kept?.Id ?? "",
            Proof = withProof ? Proof(entry.Jail.Proof) : null,
        };
        jail.Labels.Add(entry.Record.Labels);
        jail.Degraded.Add(spec.Degraded);
        jail.Binds.Add(spec.Binds.Select(bind => new Bind { Source = bind.Source, Target = bind.Target, Writable = bind.Writable }));
        return jail;
    }

    /// <summary>Limits; what has none is not set.</summary>
    public static Limits Limits(JailLimits limits)
    {
        Limits answer = new()
        {
            CpuWeight = limits.CpuWeight,
            IoWeight = limits.IoWeight,
            OpenFiles = limits.OpenFiles,
            CommandTimeout = Span(limits.Timeout),
            CommandCpuTime = Span(limits.CpuTime),
            CommandIdleTimeout = Span(limits.Idle),
        };
        Set(limits.Memory, size => answer.MemoryBytes = size.Bytes);
        Set(limits.MemoryHigh, size => answer.MemoryHighBytes = size.Bytes);
        Set(limits.Swap, size => answer.SwapBytes = size.Bytes);
        Set(limits.Cpus, cores => answer.CpuMillicores = (long)(cores * 1000));
        Set(limits.Pids, count => answer.Pids = count);
        Set(limits.IoReadBytes, size => answer.IoReadBytesPerSecond = size.Bytes);
        Set(limits.IoWriteBytes, size => answer.IoWriteBytesPerSecond = size.Bytes);
        Set(limits.IoReads, count => answer.IoReadsPerSecond = count);
        Set(limits.IoWrites, count => answer.IoWritesPerSecond = count);
        Set(limits.FileSize, size => answer.FileSizeBytes = size.Bytes);
        Set(limits.Output, size => answer.OutputBytes = size.Bytes);
        if (limits.CpuSet is CpuSet cpus)
        {
            answer.CpuSet = cpus.Text;
        }

        return answer;
    }

    /// <summary>A command, with how it ended if it has.</summary>
    public static V1.Command Command(JailEntry entry, ManagedCommand command)
    {
        V1.Command answer = new() { Id = command.Id, Jail = entry.Id, StartedAt = Timestamp.FromDateTimeOffset(command.StartedAt) };
        answer.Argv.Add(command.Argv);
        if (command.Ended is { IsCompletedSuccessfully: true, Result: CommandResult result })
        {
            answer.Ended = End(result, command);
            answer.Usage = answer.Ended.Usage;
        }
        else if (command.Command.ReadUsage() is CommandUsage usage)
        {
            answer.Usage = Usage(usage, command);
        }

        return answer;
    }

    /// <summary>How a command ended.</summary>
    public static V1.CommandEnd End(CommandResult result, ManagedCommand command)
    {
        V1.CommandEnd end = End(result.End);
        end.Usage = Usage(result.Usage, command);
        return end;
    }

    /// <summary>A reason, with its evidence.</summary>
    public static V1.CommandEnd End(CommandEnd end)
    {
        V1.CommandEnd answer = new() { Text = end.ToString(), ExitCode = end.ExitCode };
        switch (end)
        {
            case CommandEnd.Exited:
                answer.Reason = EndReason.Exited;
                break;
            case CommandEnd.Signaled signaled:
                answer.Reason = EndReason.Signaled;
                answer.Signal = signaled.Signal;
                answer.By = signaled.Sender;
                break;
            case CommandEnd.OomKilled oom:
                answer.Reason = EndReason.OomKilled;
                SetBytes(oom.LimitBytes, bytes => answer.LimitBytes = bytes);
                SetBytes(oom.PeakBytes, bytes => answer.PeakBytes = bytes);
                break;
            case CommandEnd.TimedOut late:
                answer.Reason = EndReason.TimedOut;
                answer.Clock = late.Clock;
                answer.TimeLimit = Duration.FromTimeSpan(late.Limit);
                break;
            case CommandEnd.OutputLimit output:
                answer.Reason = EndReason.OutputLimit;
                answer.LimitBytes = output.LimitBytes;
                break;
            case CommandEnd.Killed killed:
                answer.Reason = EndReason.Killed;
                answer.By = killed.By;
                break;
            case CommandEnd.Unknown:
                answer.Reason = EndReason.Unknown;
                break;
            case CommandEnd.JailEnded:
                answer.Reason = EndReason.JailEnded;
                break;
            case CommandEnd.StartFailed failed:
                answer.Reason = EndReason.StartFailed;
                answer.Step = failed.Step;
                answer.Errno = failed.Errno;
                break;
            default:
                throw new InvalidOperationException($"no word for {end.Kind} in the contract");
        }

        return answer;
    }

    /// <summary>What a jail uses.</summary>
    public static Stats Stats(JailEntry entry)
    {
        JailUsage usage = entry.Jail.ReadUsage();
        return new Stats
        {
            Jail = entry.Id,
            Time = Timestamp.FromDateTimeOffset(DateTimeOffset.UtcNow),
            Usage = Resources(new Usage { Wall = Duration.FromTimeSpan(usage.Age) }, usage.Resources),
            CommandsStarted = entry.Started,
            RunningCommands = entry.Running,
        };
    }

    /// <summary>An event.</summary>
    public static Event Event(JailEvent happened) => new()
    {
        Time = Timestamp.FromDateTimeOffset(happened.Time),
        Kind = (EventKind)((int)happened.Kind + 1), // the contract's first is UNSPECIFIED; the names are the same: a test compares them
        Jail = happened.Jail,
        Command = happened.Command,
        Text = happened.Text,
    };

    private static Usage Usage(CommandUsage usage, ManagedCommand command)
    {
        Usage answer = Resources(new Usage { Wall = Duration.FromTimeSpan(usage.Wall) }, usage.Resources);
        answer.User = Duration.FromTimeSpan(usage.UserTime);
        answer.System = Duration.FromTimeSpan(usage.SystemTime);
        answer.StdoutBytes = command.Written(OutputStream.Stdout);
        answer.StderrBytes = command.Written(OutputStream.Stderr);
        return answer;
    }

    private static Usage Resources(Usage answer, CgroupUsage? resources)
    {
        if (resources is null)
        {
            return answer;
        }

        answer.User = Duration.FromTimeSpan(resources.Cpu.User);
        answer.System = Duration.FromTimeSpan(resources.Cpu.System);
        answer.Throttled = Duration.FromTimeSpan(resources.Cpu.Throttled);
        if (resources.Memory is MemoryUsage memory)
        {
            answer.MemoryBytes = memory.CurrentBytes;
            SetBytes(memory.PeakBytes, bytes => answer.MemoryPeakBytes = bytes);
            answer.MemoryAnonymousBytes = memory.AnonymousBytes;
            answer.MemoryFileBytes = memory.FileBytes;
            answer.MemorySharedBytes = memory.SharedBytes;
            answer.MemoryKernelBytes = memory.KernelBytes;
            answer.MemorySocketBytes = memory.SocketBytes;
            SetBytes(memory.SwapBytes, bytes => answer.SwapBytes = bytes);
            answer.OomKills = memory.OomKills;
        }

        if (resources.Pids is PidsUsage pids)
        {
            answer.Pids = pids.Current;
            SetBytes(pids.Peak, count => answer.PidsPeak = count);
            answer.PidsRefused = pids.Refused;
        }

        if (resources.Io is IoUsage io)
        {
            answer.IoReadBytes = io.ReadBytes;
            answer.IoWrittenBytes = io.WrittenBytes;
            answer.IoReads = io.Reads;
            answer.IoWrites = io.Writes;
        }

        answer.CpuPressure = PressureOf(resources.CpuPressure);
        answer.MemoryPressure = PressureOf(resources.MemoryPressure);
        answer.IoPressure = PressureOf(resources.IoPressure);
        return answer;
    }

    private static V1.Pressure? PressureOf(Jails.Cgroups.Usage.Pressure? pressure) => pressure is null ? null : new()
    {
        SomeAvg10Percent = (double)pressure.Some.Avg10Percent,
        SomeTotal = Duration.FromTimeSpan(pressure.Some.Total),
        FullAvg10Percent = (double)pressure.Full.Avg10Percent,
        FullTotal = Duration.FromTimeSpan(pressure.Full.Total),
    };

    private static V1.Proof Proof(JailProof proof)
    {
        ProcessStatus init = proof.Init;
        V1.Proof answer = new() { UidMap = proof.UidMap, GidMap = proof.GidMap, LandlockAbi = proof.LandlockAbi };
        answer.Namespaces.Add(proof.Namespaces);
        answer.Init.Add(new Dictionary<string, string>
        {
            ["Uid"] = init.Uids,
            ["Gid"] = init.Gids,
            ["Groups"] = init.Groups,
            ["Cap"] = init.Capabilities,
            ["NoNewPrivs"] = init.NoNewPrivs,
            ["Seccomp"] = init.Seccomp,
            ["Seccomp_filters"] = init.SeccompFilters,
        });
        answer.Mounts.Add(proof.Mounts.Select(mount => new Mount { Target = mount.Target, Type = mount.Type, Options = mount.Options }));
        answer.Cgroup.Add(proof.Cgroup);
        return answer;
    }

    private static Duration? Span(Limit<TimeSpan> limit) => limit.IsMax ? null : Duration.FromTimeSpan(limit.Value);

    private static void Set<T>(Limit<T> limit, Action<T> set)
        where T : struct, IComparable<T>
    {
        if (!limit.IsMax)
        {
            set(limit.Value);
        }
    }

    private static void SetBytes(long? value, Action<long> set)
    {
        if (value is long number)
        {
            set(number);
        }
    }
}
