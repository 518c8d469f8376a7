namespace AgentSandbox.Jails.Plan;

/// <summary>A workspace that outlives the jail. The fd slot <c>workspace</c> holds its mount.</summary>
/// <param name="Id">Its name.</param>
/// <param name="NoExec">True: no program in it can be executed.</param>
public sealed record KeptWorkspace(string Id, bool NoExec);
