using System.Collections.Frozen;
using System.Collections.Immutable;

namespace AgentSandbox.Audit;

/// <summary>The stable names of each kind of record. An identifier never changes its meaning: packaging/agent-sandboxd.catalog explains them.</summary>
/// <remarks>Source: systemd.journal-fields(7), "MESSAGE_ID".</remarks>
public static class AuditKinds
{
    private static readonly FrozenDictionary<AuditKind, AuditKindInfo> s_byKind = new AuditKindInfo[]
    {
        new(AuditKind.Authentication, "authentication", "4f91ddbf06a0ba3a9d0b8ce6e7ced822", AuditPriority.Info),
        new(AuditKind.DecisionAllowed, "decision-allowed", "60f54cdf3c38392838e13e6858dbca3f", AuditPriority.Info),
        new(AuditKind.DecisionDenied, "decision-denied", "083d0d753b8f62ba8f7c94f92fab4ff2", AuditPriority.Warning),
        new(AuditKind.JailCreated, "jail-created", "b13e8aaeba9fc37fefff97c12855b7cd", AuditPriority.Info),
        new(AuditKind.JailRefused, "jail-refused", "572a02496ad6fe068d0aa325d32dd4e4", AuditPriority.Warning),
        new(AuditKind.JailEnded, "jail-ended", "6307e36f6dbdf1d2aa38ae34cb08aee5", AuditPriority.Info),
        new(AuditKind.JailAdopted, "jail-adopted", "abdfc680586cb16d69427fbb56e6d621", AuditPriority.Notice),
        new(AuditKind.JailLost, "jail-lost", "0c8275264384b9e9cccaf87b1314d606", AuditPriority.Error),
        new(AuditKind.JailStuck, "jail-stuck", "e3a8c5d1b7f04962a0d94c7be1586f23", AuditPriority.Warning),
        new(AuditKind.JailUpdated, "jail-updated", "3c2f8f3b76a4b0936b3ad50707aca914", AuditPriority.Notice),
        new(AuditKind.JailPaused, "jail-paused", "56dd0213bcde2551ad4a070bc389677c", AuditPriority.Info),
        new(AuditKind.JailResumed, "jail-resumed", "c06e66bed7c2cc63eb63cab9bbdf017c", AuditPriority.Info),
        new(AuditKind.CommandStarted, "command-started", "8180ccabcdbca7992b774f3f52e63c88", AuditPriority.Info),
        new(AuditKind.CommandEnded, "command-ended", "1dfb80c11ace0e713d53565eedd12737", AuditPriority.Info),
        new(AuditKind.CommandRefused, "command-refused", "8af25e0bb76b61d589f6578c6413a408", AuditPriority.Warning),
        new(AuditKind.FileOperation, "file-operation", "3993ef1c1e854940d7ef27604ba61cbf", AuditPriority.Info),
        new(AuditKind.WorkspaceCreated, "workspace-created", "cf25d0d902f334d7447516d9674a8f64", AuditPriority.Info),
        new(AuditKind.WorkspaceUpdated, "workspace-updated", "493a72b7607f0f0fe29e9cdca20f8a16", AuditPriority.Notice),
        new(AuditKind.WorkspaceDeleted, "workspace-deleted", "6cabef8bf6efe049b84722e90396e332", AuditPriority.Notice),
        new(AuditKind.WorkspaceAttached, "workspace-attached", "98ed7326b56288da9861007b6e6f2b58", AuditPriority.Info),
        new(AuditKind.WorkspaceFull, "workspace-full", "28a3bb711eadd232d6bd8ea6e791f70a", AuditPriority.Warning),
        new(AuditKind.WorkspaceDamaged, "workspace-damaged", "2338f9fc7f2c402ebd0f08bf4f218181", AuditPriority.Error),
        new(AuditKind.SnapshotCreated, "snapshot-created", "96bf7d378aa70fe3d9cce547b8532abd", AuditPriority.Info),
        new(AuditKind.SnapshotDeleted, "snapshot-deleted", "6d435fde909786b4f8439063a7af015f", AuditPriority.Info),
        new(AuditKind.SnapshotApproved, "snapshot-approved", "40d9999520d444d82111717807ed2ef1", AuditPriority.Notice),
        new(AuditKind.WorkspaceRolledBack, "workspace-rolled-back", "d809fe05fb2713e67bfdc9c984e4cfea", AuditPriority.Notice),
        new(AuditKind.WorkspaceCommitted, "workspace-committed", "ee61a439beea9311f2288e9013e8deb2", AuditPriority.Notice),
        new(AuditKind.WorkspaceExported, "workspace-exported", "45998fccfeacff7831d41c815b50ec97", AuditPriority.Notice),
        new(AuditKind.PolicyReloaded, "policy-reloaded", "49b0867c2540ee98dcc4afb16d5aadcb", AuditPriority.Notice),
        new(AuditKind.PolicyReloadRefused, "policy-reload-refused", "db56033d52ea17c6a8b54f37bb89d8f9", AuditPriority.Error),
        new(AuditKind.KeyCreated, "key-created", "b97cc3c68651257105b6f00d04297f9f", AuditPriority.Notice),
        new(AuditKind.KeyUsed, "key-used", "398ff0d41c9e1634f975d3b8ccb72283", AuditPriority.Info),
        new(AuditKind.KeyRevoked, "key-revoked", "06dd1603b3841cf2fa692675d9e93aca", AuditPriority.Notice),
        new(AuditKind.DegradedStart, "degraded-start", "107d5f52d0b41c759f683c6ce411a7b3", AuditPriority.Warning),
        new(AuditKind.KernelRefusal, "kernel-refusal", "17c6a5a978175da5fd8bcc7f533843df", AuditPriority.Notice),
        new(AuditKind.McpCall, "mcp-call", "5b1f3b9e6c2a4d07a8e4c95d20f7136b", AuditPriority.Info),
        new(AuditKind.Flood, "flood", "1fb1170b508e47c44d6bf4aaab3e25d7", AuditPriority.Warning),
        new(AuditKind.DaemonStarted, "daemon-started", "902da142df3bef655ea9e50f027c1688", AuditPriority.Notice),
        new(AuditKind.DaemonStopping, "daemon-stopping", "b60e8c4c7fa0a71049e27cc95f3ddb0e", AuditPriority.Notice),
        new(AuditKind.AuditSinkFailed, "audit-sink-failed", "5bbacadbacd1a426f33f5d408920644c", AuditPriority.Critical),
        new(AuditKind.AuditSinkRecovered, "audit-sink-recovered", "fe807e6ed12bff1a18ab665480bf6c17", AuditPriority.Notice),
    }.ToFrozenDictionary(info => info.Kind);

    private static readonly FrozenDictionary<string, AuditKindInfo> s_byName = s_byKind.Values.ToFrozenDictionary(info => info.Name, StringComparer.Ordinal);

    /// <summary>All kinds, in the order of the enum.</summary>
    public static ImmutableArray<AuditKindInfo> All { get; } = [.. s_byKind.Values.OrderBy(info => info.Kind)];

    /// <summary>What is known of <paramref name="kind"/>.</summary>
    public static AuditKindInfo Of(AuditKind kind) => s_byKind[kind];

    /// <summary>The kind of that name, as <c>jail-created</c>; null if there is none.</summary>
    public static AuditKindInfo? Find(string name) => s_byName.GetValueOrDefault(name);
}
