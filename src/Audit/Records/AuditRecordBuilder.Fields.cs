namespace AgentSandbox.Audit;

public sealed partial class AuditRecordBuilder
{
    /// <summary>Adds the jail.</summary>
    public AuditRecordBuilder Jail(string? value) => Add(AuditFieldName.Jail, value);

    /// <summary>Adds the command's id in its jail.</summary>
    public AuditRecordBuilder Command(string? value) => Add(AuditFieldName.Command, value);

    /// <summary>Adds the workspace that outlives jails.</summary>
    public AuditRecordBuilder Workspace(string? value) => Add(AuditFieldName.Workspace, value);

    /// <summary>Adds the snapshot of a workspace.</summary>
    public AuditRecordBuilder Snapshot(string? value) => Add(AuditFieldName.Snapshot, value);

    /// <summary>Adds the profile.</summary>
    public AuditRecordBuilder Profile(string? value) => Add(AuditFieldName.Profile, value);

    /// <summary>Adds the hash of the plan.</summary>
    public AuditRecordBuilder PlanHash(string? value) => Add(AuditFieldName.PlanHash, value);

    /// <summary>Adds the uid that the jail belongs to.</summary>
    public AuditRecordBuilder OwnerUid(long? value) => Add(AuditFieldName.OwnerUid, value);

    /// <summary>Adds the caller's uid, from the kernel.</summary>
    public AuditRecordBuilder PeerUid(long? value) => Add(AuditFieldName.PeerUid, value);

    /// <summary>Adds the caller's gid, from the kernel.</summary>
    public AuditRecordBuilder PeerGid(long? value) => Add(AuditFieldName.PeerGid, value);

    /// <summary>Adds the caller's pid: a hint only.</summary>
    public AuditRecordBuilder PeerPid(long? value) => Add(AuditFieldName.PeerPid, value);

    /// <summary>Adds the caller's systemd unit.</summary>
    public AuditRecordBuilder PeerUnit(string? value) => Add(AuditFieldName.PeerUnit, value);

    /// <summary>Adds the API key's id, never the key.</summary>
    public AuditRecordBuilder KeyId(string? value) => Add(AuditFieldName.KeyId, value);

    /// <summary>Adds the agent that the caller says to act for.</summary>
    public AuditRecordBuilder AgentId(string? value) => Add(AuditFieldName.AgentId, value);

    /// <summary>Adds one of the caller's roles; may be given several times.</summary>
    public AuditRecordBuilder Role(string? value) => Add(AuditFieldName.Role, value);

    /// <summary>Adds the permission that was asked for.</summary>
    public AuditRecordBuilder Permission(string? value) => Add(AuditFieldName.Permission, value);

    /// <summary>Adds the rule that decided.</summary>
    public AuditRecordBuilder Rule(string? value) => Add(AuditFieldName.Rule, value);

    /// <summary>Adds <c>allow</c> or <c>deny</c>.</summary>
    public AuditRecordBuilder Verdict(string? value) => Add(AuditFieldName.Verdict, value);

    /// <summary>Adds the method that was called.</summary>
    public AuditRecordBuilder Request(string? value) => Add(AuditFieldName.Request, value);

    /// <summary>Adds the id that joins the records of one request.</summary>
    public AuditRecordBuilder RequestId(string? value) => Add(AuditFieldName.RequestId, value);

    /// <summary>Adds why.</summary>
    public AuditRecordBuilder Reason(string? value) => AddFree(AuditFieldName.Reason, value);

    /// <summary>Adds how it ended, by the name in reports: <c>TIMED_OUT</c>.</summary>
    public AuditRecordBuilder End(string? value) => Add(AuditFieldName.End, value);

    /// <summary>Adds the evidence of the end, in words.</summary>
    public AuditRecordBuilder EndDetail(string? value) => AddFree(AuditFieldName.EndDetail, value);

    /// <summary>Adds the exit code: 0 to 255.</summary>
    public AuditRecordBuilder ExitCode(long? value) => Add(AuditFieldName.ExitCode, value);

    /// <summary>Adds the signal: 1 to 64.</summary>
    public AuditRecordBuilder Signal(long? value) => Add(AuditFieldName.Signal, value);

    /// <summary>Adds how long it ran.</summary>
    public AuditRecordBuilder WallTime(TimeSpan? value) => Add(AuditFieldName.WallUsec, (long?)value?.TotalMicroseconds);

    /// <summary>Adds the CPU time that it used.</summary>
    public AuditRecordBuilder CpuTime(TimeSpan? value) => Add(AuditFieldName.CpuUsec, (long?)value?.TotalMicroseconds);

    /// <summary>Adds the most memory that it had, in bytes.</summary>
    public AuditRecordBuilder MemoryPeakBytes(long? value) => Add(AuditFieldName.MemoryPeakBytes, value);

    /// <summary>Adds its memory limit, in bytes.</summary>
    public AuditRecordBuilder MemoryLimitBytes(long? value) => Add(AuditFieldName.MemoryLimitBytes, value);

    /// <summary>Adds what it wrote to standard output and error, in bytes.</summary>
    public AuditRecordBuilder OutputBytes(long? value) => Add(AuditFieldName.OutputBytes, value);

    /// <summary>Adds what it read from disks, in bytes.</summary>
    public AuditRecordBuilder ReadBytes(long? value) => Add(AuditFieldName.ReadBytes, value);

    /// <summary>Adds what it wrote to disks, in bytes.</summary>
    public AuditRecordBuilder WrittenBytes(long? value) => Add(AuditFieldName.WrittenBytes, value);

    /// <summary>Adds what was done.</summary>
    public AuditRecordBuilder Operation(string? value) => Add(AuditFieldName.Operation, value);

    /// <summary>Adds the file.</summary>
    public AuditRecordBuilder Path(string? value) => AddFree(AuditFieldName.Path, value);

    /// <summary>Adds the other file, of a move.</summary>
    public AuditRecordBuilder Target(string? value) => AddFree(AuditFieldName.Target, value);

    /// <summary>Adds how much, in bytes.</summary>
    public AuditRecordBuilder Bytes(long? value) => Add(AuditFieldName.Bytes, value);

    /// <summary>Adds the limits, in words.</summary>
    public AuditRecordBuilder Limits(string? value) => Add(AuditFieldName.Limits, value);

    /// <summary>Adds the layers of confinement that are missing.</summary>
    public AuditRecordBuilder Layers(string? value) => Add(AuditFieldName.Layers, value);

    /// <summary>Adds the step of a plan.</summary>
    public AuditRecordBuilder Step(string? value) => Add(AuditFieldName.Step, value);

    /// <summary>Adds the system call.</summary>
    public AuditRecordBuilder Syscall(string? value) => Add(AuditFieldName.Syscall, value);

    /// <summary>Adds the error, by its name.</summary>
    public AuditRecordBuilder Errno(string? value) => Add(AuditFieldName.Errno, value);

    /// <summary>Adds the MCP server, as its file is named.</summary>
    public AuditRecordBuilder Server(string? value) => AddFree(AuditFieldName.Server, value);

    /// <summary>Adds the tool, prompt or address that was asked for.</summary>
    public AuditRecordBuilder Tool(string? value) => AddFree(AuditFieldName.Tool, value);

    /// <summary>Adds SHA-256 of the arguments of a call, never the arguments.</summary>
    public AuditRecordBuilder ArgumentsHash(string? value) => Add(AuditFieldName.ArgumentsHash, value);

    /// <summary>Adds what came of it.</summary>
    public AuditRecordBuilder Outcome(string? value) => Add(AuditFieldName.Outcome, value);

    /// <summary>Adds what caused the records.</summary>
    public AuditRecordBuilder Source(string? value) => Add(AuditFieldName.Source, value);

    /// <summary>Adds how many.</summary>
    public AuditRecordBuilder Count(long? value) => Add(AuditFieldName.Count, value);

    /// <summary>Adds the audit sink.</summary>
    public AuditRecordBuilder Sink(string? value) => Add(AuditFieldName.Sink, value);

    /// <summary>Adds the hash of the record before the daemon started.</summary>
    public AuditRecordBuilder Previous(string? value) => Add(AuditFieldName.Previous, value);

    /// <summary>Adds the boot that the daemon runs in.</summary>
    public AuditRecordBuilder BootId(string? value) => Add(AuditFieldName.BootId, value);

    /// <summary>Adds the daemon's version.</summary>
    public AuditRecordBuilder Version(string? value) => Add(AuditFieldName.Version, value);

    /// <summary>Adds the configuration file.</summary>
    public AuditRecordBuilder File(string? value) => AddFree(AuditFieldName.File, value);

    /// <summary>Adds the first sequence number.</summary>
    public AuditRecordBuilder FirstSequence(long? value) => Add(AuditFieldName.FirstSequence, value);

    /// <summary>Adds the last sequence number.</summary>
    public AuditRecordBuilder LastSequence(long? value) => Add(AuditFieldName.LastSequence, value);
}
