using System.Collections.Concurrent;
using AgentSandbox.Access;
using AgentSandbox.Daemon.Configuration;
using AgentSandbox.Daemon.Registry;
using AgentSandbox.Jails.Host;
using AgentSandbox.Jails.Policy;
using AgentSandbox.Jails.Supervise;
using AgentSandbox.Kernel;
using AgentSandbox.V1;
using Grpc.Core;

namespace AgentSandbox.Daemon.Api;

/// <summary>Makes jails for callers, within what the policy gives them.</summary>
internal sealed class JailMaker(
    CallGuard guard, SettingsStore settings, QuotaLedger quotas, JailEngine engine, JailRegistry registry, StateStore store, Recorder recorder, WorkspaceRegistry workspaces, EventLoop loop)
{
    private const int MaxKey = 128;

    private readonly IdempotencyCache _made = new(TimeSpan.FromMinutes(10));

    /// <summary>Makes a jail, or gives back the one that a call with the same key made.</summary>
    public JailEntry Make(ServerCallContext context, JailConfig? config, string idempotencyKey = "")
    {
        CallerAccess access = guard.Identify(context);
        if (idempotencyKey.Length == 0)
        {
            return MakeNew(context, access, config);
        }

        return idempotencyKey.Length > MaxKey
            ? throw new PolicyException("idempotency_key", $"has more than {MaxKey} characters")
            : _made.GetOrAdd((access.Caller.Owner, idempotencyKey), config ?? new JailConfig(), () => MakeNew(context, access, config));
    }

    /// <summary>Changes limits of a jail, all that are named or none.</summary>
    public void Update(ServerCallContext context, Authority authority, JailEntry entry, Limits? asked)
    {
        JailRequest request = Requests.Jail(new JailConfig { Profile = entry.Jail.Spec.Profile, Limits = asked }, settings.Current);
        JailLimits limits = engine.ChangeLimits(entry.Jail.Spec.Limits, request);
        Grant grant = guard.Decide(context, authority.Access, Permissions.JailUpdate, entry.Id, () => authority.Access.AdmitUpdate(limits, entry.Jail.Spec.Profile));
        registry.Update(entry, limits, grant);
    }

    private JailEntry MakeNew(ServerCallContext context, CallerAccess access, JailConfig? config)
    {
        guard.Decide(context, access, Permissions.JailCreate, null, () => access.Require(Permissions.JailCreate, config?.Profile));
        JailRequest request = Requests.Jail(config, settings.Current);
        if (request.Workspace is not null)
        {
            guard.Decide(context, access, Permissions.WorkspaceAttach, null, () => access.Require(Permissions.WorkspaceAttach));
            workspaces.Find(request.Workspace, owner => owner == access.Caller.Owner); // its files would be another's
        }

        JailRecord record = new()
        {
            Owner = access.Caller.Owner,
            CreatedAt = DateTimeOffset.UtcNow,
            Labels = LabelRules.Check("config.labels", config!.Labels),
            TimeToLive = Requests.Lifetime("config.time_to_live", config.TimeToLive),
            IdleTimeout = Requests.Lifetime("config.idle_timeout", config.IdleTimeout),
        };
        try
        {
            (request, Grant grant) = access.Admit(request);
            QuotaReservation share = quotas.Reserve(access.Caller.Owner, ResourceTotals.OfJail(engine.ResolveLimits(request), new ByteSize(0)), grant);
            try
            {
                return Start(request, record, share, JailCaller.From(access.Caller.Identity));
            }
            catch
            {
                share.Dispose();
                throw;
            }
        }
        catch (Exception refused) when (refused is not OutOfMemoryException)
        {
            recorder.JailRefused(access.Caller, config.Profile, refused);
            throw;
        }
    }

    private JailEntry Start(JailRequest request, JailRecord record, QuotaReservation share, JailCaller caller)
    {
        Jails.Supervise.Jail jail = engine.Create(request, caller);
        try
        {
            JailEntry entry = new(jail, record, share, loop);
            store.Save(entry);
            recorder.JailCreated(entry); // what cannot be put on record does not live
            registry.Add(entry);
            return entry;
        }
        catch
        {
            jail.Dispose();
            store.Remove(jail.Id);
            throw;
        }
    }
}
