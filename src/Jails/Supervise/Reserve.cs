namespace AgentSandbox.Jails.Supervise;

/// <summary>What an engine keeps ready for the next jails and commands.</summary>
/// <param name="Sites">Namespaces and cgroups that fit every jail: 0 or more.</param>
/// <param name="Jails">Complete jails for each profile that was asked for: 0 or more. Each takes a uid range and about 150 kB.</param>
/// <param name="Commands">Processes that wait to be the next command, one in each of the jails that ran one last: 0 or more.</param>
public readonly record struct Reserve(int Sites, int Jails, int Commands = 0);
