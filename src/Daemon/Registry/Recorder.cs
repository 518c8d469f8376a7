using AgentSandbox.Access;
using AgentSandbox.Audit;
using AgentSandbox.Daemon.Commands;
using AgentSandbox.Jails.Supervise;
using AgentSandbox.Kernel;
using Microsoft.Extensions.Logging;

namespace AgentSandbox.Daemon.Registry;

/// <summary>Puts on record all that happens to jails, and tells it to those who watch. What has happened already cannot be refused for want of a record:
/// then the log says so. What is about to happen can: the record comes first, or it does not happen.</summary>
/// <param name="audit">The audit trail.</param>
/// <param name="hub">Those who watch.</param>
/// <param name="log">Says what could not be put on record.</param>
internal sealed partial class Recorder(AuditLog audit, EventHub hub, ILogger<Recorder> log)
{
    /// <summary>A jail is made.</summary>
    /// <exception cref="AuditException">It cannot be put on record: the jail must not live.</exception>
    public void JailCreated(JailEntry entry)
    {
        audit.Write(About(AuditKind.JailCreated, entry, $"made jail {entry.Id} from profile {entry.Jail.Spec.Profile}")
            .Profile(entry.Jail.Spec.Profile).PlanHash(entry.PlanHash).MemoryLimitBytes(entry.Jail.Spec.Limits.Memory.IsMax ? null : entry.Jail.Spec.Limits.Memory.Value.Bytes).Build());
        if (!entry.Jail.Spec.Degraded.IsEmpty)
        {
            string layers = string.Join(' ', entry.Jail.Spec.Degraded);
            audit.Write(About(AuditKind.DegradedStart, entry, $"jail {entry.Id} goes without {layers}").Layers(layers).Build());
        }

        Publish(entry, JailEventKind.JailCreated, "", $"made from profile {entry.Jail.Spec.Profile}");
    }

    /// <summary>A jail was not made.</summary>
    public void JailRefused(Caller caller, string profile, Exception reason) => Tell(
        () => audit.WriteLimited(
            AuditRecord.About(AuditKind.JailRefused, $"made no jail for {caller}").PeerUid(caller.Identity.Uid).KeyId(caller.Key?.Id).Profile(profile).Reason(reason.Message)
                .Step((reason as SyscallException)?.Step).Errno((reason as SyscallException)?.Errno.ToString()).Build(),
            $"uid:{caller.Identity.Uid}"));

    /// <summary>A jail that an earlier run made is the daemon's again.</summary>
    public void JailAdopted(JailEntry entry)
    {
        Tell(() => audit.Write(About(AuditKind.JailAdopted, entry, $"adopted jail {entry.Id}").Profile(entry.Jail.Spec.Profile).PlanHash(entry.PlanHash).Build()));
        Publish(entry, JailEventKind.JailAdopted, "", "the daemon was restarted and has it again");
    }

    /// <summary>A jail that an earlier run made could not be taken hold of again.</summary>
    public void JailLost(string id, string reason) =>
        Tell(() => audit.Write(AuditRecord.About(AuditKind.JailLost, $"jail {id} is lost: {reason}").Jail(id).Reason(reason).Build()));

    /// <summary>The kernel does not let go of a process in a jail that is to end.</summary>
    public void JailStuck(JailEntry entry)
    {
        string reason = new StuckJailException(entry.Id).Message;
        Tell(() => audit.Write(About(AuditKind.JailStuck, entry, reason).Reason(entry.Why).Build()));
        Stuck(log, reason);
    }

    /// <summary>The kernel does not let go of a process in a jail that is lost.</summary>
    public void JailStuck(string id)
    {
        string reason = new StuckJailException(id).Message;
        Tell(() => audit.Write(AuditRecord.About(AuditKind.JailStuck, reason).Jail(id).Reason("it is lost").Build()));
        Stuck(log, reason);
    }

    /// <summary>What was left of a jail that is lost has ended.</summary>
    public void JailEnded(string id) =>
        Tell(() => audit.Write(AuditRecord.About(AuditKind.JailEnded, $"what was left of jail {id} ended").Jail(id).Reason("it was lost").Build()));

    /// <summary>A jail has ended.</summary>
    public void JailEnded(JailEntry entry, string why)
    {
        Tell(() => audit.Write(About(AuditKind.JailEnded, entry, $"jail {entry.Id} ended: {why}").Reason(why).Count(entry.Started).Build()));
        Publish(entry, JailEventKind.JailEnded, "", why);
    }

    /// <summary>All in a jail stands still.</summary>
    public void JailPaused(JailEntry entry)
    {
        Tell(() => audit.Write(About(AuditKind.JailPaused, entry, $"jail {entry.Id} is paused").Build()));
        Publish(entry, JailEventKind.JailPaused, "", "all in it stands still");
    }

    /// <summary>All in a jail goes on.</summary>
    public void JailResumed(JailEntry entry)
    {
        Tell(() => audit.Write(About(AuditKind.JailResumed, entry, $"jail {entry.Id} goes on").Build()));
        Publish(entry, JailEventKind.JailResumed, "", "all in it goes on");
    }

    /// <summary>A jail is at its limit of <c>memory</c> or <c>pids</c>, and what went beyond was refused.</summary>
    public void LimitReached(JailEntry entry, string limit)
    {
        string text = limit == "memory" ? "at its limit of memory" : "at its limit of processes";
        Tell(() => audit.WriteLimited(About(AuditKind.KernelRefusal, entry, $"jail {entry.Id} is {text}").Reason(limit).Build(), $"jail:{entry.Id}"));
        Publish(entry, limit == "memory" ? JailEventKind.MemoryLimit : JailEventKind.PidsLimit, "", text);
    }

    /// <summary>A jail has other limits.</summary>
    public void JailUpdated(JailEntry entry)
    {
        string limits = string.Join(' ', entry.Jail.Proof.Cgroup.Select(file => $"{file.Key}={file.Value}"));
        Tell(() => audit.Write(About(AuditKind.JailUpdated, entry, $"jail {entry.Id} has other limits").Limits(limits).Build()));
        Publish(entry, JailEventKind.JailUpdated, "", "it has other limits");
    }

    /// <summary>A command was started.</summary>
    /// <exception cref="AuditException">It cannot be put on record: the command must not go on.</exception>
    public void CommandStarted(JailEntry entry, ManagedCommand command)
    {
        audit.Write(About(AuditKind.CommandStarted, entry, $"started {command.Argv[0]} in jail {entry.Id}")
            .Command(command.Id).Arguments(command.Argv).PlanHash(command.Command.ProgramHash).Build());
        Publish(entry, JailEventKind.CommandStarted, command.Id, string.Join(' ', command.Argv));
    }

    /// <summary>A command was not started.</summary>
    public void CommandRefused(JailEntry entry, System.Collections.Immutable.ImmutableArray<string> argv, Exception reason) => Tell(
        () => audit.WriteLimited(
            About(AuditKind.CommandRefused, entry, $"did not start {(argv.IsEmpty ? "nothing" : argv[0])} in jail {entry.Id}").Arguments(argv).Reason(reason.Message)
                .Step((reason as SyscallException)?.Step).Errno((reason as SyscallException)?.Errno.ToString()).Build(),
            $"jail:{entry.Id}"));

    /// <summary>A command has ended.</summary>
    public void CommandEnded(JailEntry entry, ManagedCommand command, CommandResult result)
    {
        CommandUsage usage = result.Usage;
        Tell(() => audit.Write(About(AuditKind.CommandEnded, entry, $"{command.Argv[0]} in jail {entry.Id} {result.End}")
            .Command(command.Id).End(result.End.Kind).EndDetail(result.End.ToString()).ExitCode((result.End as CommandEnd.Exited)?.Code).Signal((result.End as CommandEnd.Signaled)?.Signal)
            .WallTime(usage.Wall).CpuTime(usage.UserTime + usage.SystemTime).MemoryPeakBytes(usage.PeakMemoryBytes)
            .OutputBytes(command.Written(OutputStream.Stdout) + command.Written(OutputStream.Stderr)).Build()));
        Publish(entry, JailEventKind.CommandEnded, command.Id, result.End.ToString());
    }

    /// <summary>A command that an earlier run started could not be taken hold of again; it is ended.</summary>
    public void CommandLost(JailEntry entry, string command, string reason) => Tell(() => audit.Write(
        About(AuditKind.CommandEnded, entry, $"command {command} in jail {entry.Id} is lost: {reason}").Command(command).End("UNKNOWN").Reason(reason).Build()));

    /// <summary>A caller is about to change, or has read, files of a jail.</summary>
    /// <exception cref="AuditException">It cannot be put on record.</exception>
    public void FileOperation(JailEntry entry, string operation, string path, string? target = null) => audit.Write(
        About(AuditKind.FileOperation, entry, $"{operation} {path} in jail {entry.Id}").Operation(operation).Path(path).Target(target).Build());

    private static AuditRecordBuilder About(AuditKind kind, JailEntry entry, string message) =>
        AuditRecord.About(kind, message).Jail(entry.Id).OwnerUid(entry.Record.Owner.Uid).KeyId(entry.Record.Owner.Key);

    private void Tell(Action write)
    {
        try
        {
            write();
        }
        catch (AuditException lost)
        {
            NotRecorded(log, lost);
        }
    }

    private void Publish(JailEntry entry, JailEventKind kind, string command, string text) =>
        hub.Publish(new JailEvent(DateTimeOffset.UtcNow, kind, entry.Record.Owner, entry.Id, command, text));

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Reason}")]
    private static partial void Stuck(ILogger log, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "what happened could not be put on record")]
    private static partial void NotRecorded(ILogger log, Exception lost);
}
