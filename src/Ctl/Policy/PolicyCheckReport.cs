using System.Collections.Immutable;
using AgentSandbox.Access;

namespace AgentSandbox.Ctl.Policy;

/// <summary>What <c>policy check --json</c> prints.</summary>
/// <param name="Roles">How many roles there are.</param>
/// <param name="Principals">How many principals there are.</param>
/// <param name="Findings">What the author may not have meant.</param>
internal sealed record PolicyCheckReport(int Roles, int Principals, ImmutableArray<PolicyFinding> Findings);
