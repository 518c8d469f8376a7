using System.Collections.Immutable;
using AgentSandbox.Access;

namespace AgentSandbox.Ctl.Policy;

/// <summary>What <c>policy who-can --json</c> prints.</summary>
/// <param name="WhoCan">Who may, by which role.</param>
internal sealed record WhoCanReport(ImmutableArray<WhoCanRow> WhoCan);
