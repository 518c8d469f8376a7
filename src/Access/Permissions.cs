using System.Collections.Immutable;

namespace AgentSandbox.Access;

/// <summary>What can be permitted, by the names that the policy uses. <c>whoami</c> needs none.</summary>
public static class Permissions
{
    /// <summary>Make a jail.</summary>
    public const string JailCreate = "jail.create";

    /// <summary>Look at a jail.</summary>
    public const string JailGet = "jail.get";

    /// <summary>List jails.</summary>
    public const string JailList = "jail.list";

    /// <summary>End a jail.</summary>
    public const string JailDelete = "jail.delete";

    /// <summary>Pause and resume a jail.</summary>
    public const string JailPause = "jail.pause";

    /// <summary>Change the limits of a jail.</summary>
    public const string JailUpdate = "jail.update";

    /// <summary>Read what a jail uses.</summary>
    public const string JailStats = "jail.stats";

    /// <summary>Watch what happens to a jail.</summary>
    public const string JailEvents = "jail.events";

    /// <summary>See by which calls a jail would be made.</summary>
    public const string JailPlan = "jail.plan";

    /// <summary>Run a command in a jail.</summary>
    public const string CommandRun = "command.run";

    /// <summary>Look at commands and their output.</summary>
    public const string CommandGet = "command.get";

    /// <summary>Signal a command.</summary>
    public const string CommandSignal = "command.signal";

    /// <summary>Read files of a workspace.</summary>
    public const string FileRead = "file.read";

    /// <summary>Change files of a workspace.</summary>
    public const string FileWrite = "file.write";

    /// <summary>Make a workspace that outlives jails.</summary>
    public const string WorkspaceCreate = "workspace.create";

    /// <summary>Look at a workspace.</summary>
    public const string WorkspaceGet = "workspace.get";

    /// <summary>List workspaces.</summary>
    public const string WorkspaceList = "workspace.list";

    /// <summary>Change the size of a workspace.</summary>
    public const string WorkspaceUpdate = "workspace.update";

    /// <summary>Remove a workspace, or a snapshot of it.</summary>
    public const string WorkspaceDelete = "workspace.delete";

    /// <summary>Give a jail a workspace.</summary>
    public const string WorkspaceAttach = "workspace.attach";

    /// <summary>Keep what a workspace holds.</summary>
    public const string WorkspaceSnapshot = "workspace.snapshot";

    /// <summary>See what changed in a workspace.</summary>
    public const string WorkspaceDiff = "workspace.diff";

    /// <summary>Put back what a snapshot holds.</summary>
    public const string WorkspaceRollback = "workspace.rollback";

    /// <summary>Make a workspace that begins as a snapshot of another.</summary>
    public const string WorkspaceFork = "workspace.fork";

    /// <summary>Give a workspace what changed in a fork of it.</summary>
    public const string WorkspaceCommit = "workspace.commit";

    /// <summary>Take files of a snapshot away.</summary>
    public const string WorkspaceExport = "workspace.export";

    /// <summary>Make a workspace from files.</summary>
    public const string WorkspaceImport = "workspace.import";

    /// <summary>Approve a snapshot, so that it can be committed and exported.</summary>
    public const string ReviewApprove = "review.approve";

    /// <summary>See what the host can enforce.</summary>
    public const string HostDoctor = "host.doctor";

    /// <summary>See the profiles.</summary>
    public const string ProfileList = "profile.list";

    /// <summary>Have policy, profiles and configuration read again.</summary>
    public const string PolicyReload = "policy.reload";

    /// <summary>Make an API key.</summary>
    public const string KeyCreate = "key.create";

    /// <summary>List API keys.</summary>
    public const string KeyList = "key.list";

    /// <summary>Revoke an API key.</summary>
    public const string KeyRevoke = "key.revoke";

    /// <summary>Read the audit trail.</summary>
    public const string AuditRead = "audit.read";

    /// <summary>See how the daemon fares.</summary>
    public const string DaemonStatus = "daemon.status";

    private const string Everything = "*";
    private const string EveryOneOf = ".*";

    /// <summary>All of them.</summary>
    public static ImmutableArray<string> All { get; } =
    [
        JailCreate, JailGet, JailList, JailDelete, JailPause, JailUpdate, JailStats, JailEvents, JailPlan,
        CommandRun, CommandGet, CommandSignal, FileRead, FileWrite,
        WorkspaceCreate, WorkspaceGet, WorkspaceList, WorkspaceUpdate, WorkspaceDelete, WorkspaceAttach, WorkspaceSnapshot,
        WorkspaceDiff, WorkspaceRollback, WorkspaceFork, WorkspaceCommit, WorkspaceExport, WorkspaceImport, ReviewApprove,
        HostDoctor, ProfileList, PolicyReload,
        KeyCreate, KeyList, KeyRevoke, AuditRead, DaemonStatus,
    ];

    /// <summary>Those that <paramref name="pattern"/> names: one, <c>jail.*</c>, or <c>*</c>. Empty: there is none.</summary>
    public static ImmutableArray<string> Matching(string pattern) =>
        pattern == Everything ? All
        : pattern.EndsWith(EveryOneOf, StringComparison.Ordinal) ? [.. All.Where(one => one.StartsWith(pattern[..^1], StringComparison.Ordinal))]
        : All.Contains(pattern) ? [pattern]
        : [];
}
