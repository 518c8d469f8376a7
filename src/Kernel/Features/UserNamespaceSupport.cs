namespace AgentSandbox.Kernel;

/// <summary>Distributions' switches that keep unprivileged users from making user namespaces. They do not bind a holder of CAP_SYS_ADMIN.</summary>
/// <param name="UnprivilegedClone"><c>kernel.unprivileged_userns_clone</c> (Debian, Arch): 0 forbids; null where there is no such switch.</param>
/// <param name="AppArmorRestrict"><c>kernel.apparmor_restrict_unprivileged_userns</c> (Ubuntu 23.10 and later): 1 restricts; null as above.</param>
public readonly record struct UserNamespaceSupport(long? UnprivilegedClone, long? AppArmorRestrict)
{
    internal static UserNamespaceSupport Probe(string proc) => new(
        HostFile.ReadNumber(Path.Combine(proc, "sys/kernel/unprivileged_userns_clone")),
        HostFile.ReadNumber(Path.Combine(proc, "sys/kernel/apparmor_restrict_unprivileged_userns")));
}
