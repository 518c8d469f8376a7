namespace AgentSandbox.Jails.Report;

/// <summary>The hashes of what was done.</summary>
/// <param name="JailSha256">Of the programs and the ruleset that made the jail.</param>
/// <param name="CommandSha256">Of the program that started the command.</param>
public sealed record RunReportPlan(string JailSha256, string CommandSha256);
