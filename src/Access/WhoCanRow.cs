namespace AgentSandbox.Access;

/// <summary>A principal that has a permission.</summary>
/// <param name="Principal">As the policy names it: <c>group agent-sandbox</c>.</param>
/// <param name="PrincipalPlace">Where that stands: <c>policy.json:40</c>.</param>
/// <param name="Role">The role that grants it.</param>
/// <param name="RolePlace">Where that stands.</param>
/// <param name="Scope">Whose jails.</param>
public sealed record WhoCanRow(string Principal, string PrincipalPlace, string Role, string RolePlace, AccessScope Scope);
