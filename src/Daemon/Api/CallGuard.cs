using AgentSandbox.Access;
using AgentSandbox.Audit;
using AgentSandbox.Daemon.Auth;
using AgentSandbox.Daemon.Configuration;
using Grpc.Core;
using Microsoft.AspNetCore.Http;

namespace AgentSandbox.Daemon.Api;

/// <summary>Stands before every method: who calls, whether the policy lets it, whether it comes too often. Each answer is on record before it has an effect.</summary>
internal sealed class CallGuard(SettingsStore settings, Authenticator authenticator, RateLimits rates, AuditLog audit)
{
    /// <summary>Who calls and what it may do; no permission is asked for.</summary>
    /// <exception cref="UnauthenticatedException">It is not known who calls.</exception>
    public CallerAccess Identify(ServerCallContext context)
    {
        HttpContext http = context.GetHttpContext();
        try
        {
            Peer peer = PeerOf(http);
            string?[] keys = [.. http.Request.Headers[Authenticator.Header]];
            CallerAccess access = settings.Current.Policy.For(authenticator.Authenticate(peer, keys));
            if (access.Caller.Key is not null)
            {
                audit.WriteLimited(About(AuditKind.KeyUsed, $"API key '{access.Caller.Key.Name}' was used", context, access).Build(), $"key:{access.Caller.Key.Id}");
            }

            return access;
        }
        catch (UnauthenticatedException refusal)
        {
            ConnectionPeer? who = http.Features.Get<ConnectionPeer>();
            audit.WriteLimited(
                AuditRecord.About(AuditKind.Authentication, $"refused a caller: {refusal.Message}")
                    .Verdict("deny").Reason(refusal.Failure.ToString()).Request(context.Method).PeerUid(who?.Peer?.Identity.Uid).PeerPid(who?.Peer?.Pid).KeyId(refusal.KeyId).Build(),
                $"uid:{who?.Peer?.Identity.Uid}");
            throw;
        }
    }

    /// <summary>Who calls, if it may.</summary>
    /// <param name="context">The call.</param>
    /// <param name="permission">One of <see cref="Permissions"/>.</param>
    /// <param name="jail">The jail that it is about, for the record.</param>
    /// <param name="profile">The profile that it is about.</param>
    /// <exception cref="UnauthenticatedException">It is not known who calls.</exception>
    /// <exception cref="AccessDeniedException">The policy refuses.</exception>
    /// <exception cref="RateLimitException">It comes too often.</exception>
    /// <exception cref="AuditException">The answer cannot be put on record.</exception>
    public Authority Require(ServerCallContext context, string permission, string? jail = null, string? profile = null)
    {
        CallerAccess access = Identify(context);
        return new Authority(access, Decide(context, access, permission, jail, () => access.Require(permission, profile)));
    }

    /// <summary>Puts a decision of the policy on record, and counts it.</summary>
    /// <param name="context">The call.</param>
    /// <param name="access">Who calls.</param>
    /// <param name="permission">What for.</param>
    /// <param name="jail">The jail that it is about.</param>
    /// <param name="decide">Asks the policy; throws if it refuses.</param>
    public Grant Decide(ServerCallContext context, CallerAccess access, string permission, string? jail, Func<Grant> decide)
    {
        try
        {
            Grant grant = decide();
            rates.Count(access.Caller.Owner, permission, grant);
            audit.Write(About(AuditKind.DecisionAllowed, $"{access.Caller} may {permission}", context, access)
                .Verdict("allow").Permission(permission).Rule(grant.Rule).Jail(jail).Build());
            return grant;
        }
        catch (Exception refusal) when (refusal is AccessDeniedException or RateLimitException or QuotaException)
        {
            string rule = refusal switch
            {
                AccessDeniedException denied => denied.Decision.Rule,
                RateLimitException often => often.Rule,
                QuotaException full => full.Rule,
                _ => "",
            };
            audit.WriteLimited(
                About(AuditKind.DecisionDenied, $"{access.Caller} may not {permission}", context, access)
                    .Verdict("deny").Permission(permission).Rule(rule).Reason(refusal.Message).Jail(jail).Build(),
                $"uid:{access.Caller.Identity.Uid}");
            throw;
        }
    }

    private static Peer PeerOf(HttpContext http) => http.Features.Get<ConnectionPeer>() switch
    {
        { Peer: Peer peer } => peer,
        { Refusal: UnauthenticatedException refusal } => throw refusal,
        _ => throw new InvalidOperationException("the connection's peer was not looked at"),
    };

    private static AuditRecordBuilder About(AuditKind kind, string message, ServerCallContext context, CallerAccess access)
    {
        Peer? peer = context.GetHttpContext().Features.Get<ConnectionPeer>()?.Peer;
        AuditRecordBuilder record = AuditRecord.About(kind, message)
            .Request(context.Method).PeerUid(access.Caller.Identity.Uid).PeerGid(access.Caller.Identity.Gid).PeerPid(peer?.Pid).PeerUnit(access.Caller.Unit).KeyId(access.Caller.Key?.Id);
        foreach (Role role in access.OwnRoles)
        {
            record.Role(role.Name);
        }

        return record;
    }
}
