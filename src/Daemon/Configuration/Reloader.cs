using AgentSandbox.Audit;
using AgentSandbox.Daemon.Systemd;

namespace AgentSandbox.Daemon.Configuration;

/// <summary>Has profiles and policy read again, for SIGHUP and for administrators, and puts the outcome on record.</summary>
/// <param name="settings">What is read.</param>
/// <param name="audit">The audit trail.</param>
/// <param name="notifier">systemd, which wants to know when it begins and ends.</param>
/// <param name="status">What the daemon does.</param>
internal sealed class Reloader(SettingsStore settings, AuditLog audit, ServiceNotifier notifier, Func<string> status)
{
    private readonly Lock _gate = new();

    /// <summary>Reads the files again.</summary>
    /// <param name="by">Who wants it.</param>
    /// <exception cref="Jails.Configuration.ConfigException">A file is wrong: the old ones hold.</exception>
    public Settings Reload(string by)
    {
        lock (_gate)
        {
            notifier.Reloading();
            try
            {
                Settings read = settings.Reload();
                audit.Write(AuditRecord.About(AuditKind.PolicyReloaded, $"{by} had profiles and policy read again").Count(read.Profiles.Count).Build());
                return read;
            }
            catch (Exception bad) when (bad is not AuditException)
            {
                audit.Write(AuditRecord.About(AuditKind.PolicyReloadRefused, $"{by} had profiles and policy read again; the old ones hold").Reason(bad.Message).Build());
                throw;
            }
            finally
            {
                notifier.Ready(status());
            }
        }
    }
}
