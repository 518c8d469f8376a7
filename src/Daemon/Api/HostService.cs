using AgentSandbox.Access;
using AgentSandbox.Audit;
using AgentSandbox.Daemon.Auth;
using AgentSandbox.Daemon.Configuration;
using AgentSandbox.Jails.Configuration;
using AgentSandbox.Jails.Doctor;
using AgentSandbox.Jails.Policy;
using AgentSandbox.Kernel;
using AgentSandbox.V1;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace AgentSandbox.Daemon.Api;

/// <summary>The host, the daemon, its rules, keys and audit trail.</summary>
internal sealed class HostService(CallGuard guard, Reloader reloader, SettingsStore settings, QuotaLedger quotas, ApiKeyStore keys, AuditLog audit, AuditTrail trail, DaemonStatus status) : Host.HostBase
{
    private const int UsualRecords = 100;
    private const int MostRecords = 10_000;

    public override Task<WhoamiResponse> Whoami(WhoamiRequest request, ServerCallContext context)
    {
        CallerAccess access = guard.Identify(context);
        WhoamiResponse response = new()
        {
            Uid = access.Caller.Identity.Uid,
            Gid = access.Caller.Identity.Gid,
            Unit = access.Caller.Unit ?? "",
            KeyId = access.Caller.Key?.Id ?? "",
        };
        response.Groups.Add(access.Caller.Identity.Groups);
        response.Roles.Add((access.Caller.Key is null ? access.OwnRoles : access.KeyRoles).Select(role => role.Name));
        response.UserRoles.Add(access.OwnRoles.Select(role => role.Name));
        response.Permissions.Add(Permissions.All.Where(permission => access.Decide(permission).Allowed));
        response.Profiles.Add(settings.Current.Profiles.Keys.Where(profile => access.Decide(Permissions.JailCreate, profile).Allowed));
        if (access.Decide(Permissions.JailCreate).Grant is Grant grant)
        {
            response.Quotas.Add(Quotas(quotas.Used(access.Caller.Owner), grant.Quotas));
        }

        return Task.FromResult(response);
    }

    public override Task<DoctorResponse> Doctor(DoctorRequest request, ServerCallContext context)
    {
        guard.Require(context, Permissions.HostDoctor);
        DoctorReport report = DoctorReport.Create(HostFeatures.Current);
        DoctorResponse response = new() { Ready = report.IsReady };
        response.Findings.Add(report.Findings.Select(finding => new V1.DoctorFinding
        {
            Layer = finding.Layer,
            State = finding.State switch
            {
                DoctorState.Present => "present",
                DoctorState.Degraded => "degraded",
                DoctorState.Missing => "missing",
                _ => "unknown",
            },
            Required = finding.Required,
            Detail = finding.Detail,
            Cost = finding.Cost,
            Remedy = finding.Remedy,
        }));
        return Task.FromResult(response);
    }

    public override Task<ListProfilesResponse> ListProfiles(ListProfilesRequest request, ServerCallContext context)
    {
        CallerAccess access = guard.Require(context, Permissions.ProfileList).Access;
        ListProfilesResponse response = new();
        response.Profiles.Add(settings.Current.Profiles.Values.Select(profile => new Profile
        {
            Name = profile.Name,
            Summary = profile.Summary,
            Defaults = Answers.Limits(profile.Limits.Defaults),
            Ceilings = Answers.Limits(profile.Limits.Ceilings),
            Allowed = access.Decide(Permissions.JailCreate, profile.Name).Allowed,
        }));
        return Task.FromResult(response);
    }

    public override Task<StatusResponse> GetStatus(GetStatusRequest request, ServerCallContext context)
    {
        guard.Require(context, Permissions.DaemonStatus);
        return Task.FromResult(new StatusResponse
        {
            Version = DaemonStatus.Version,
            StartedAt = Timestamp.FromDateTimeOffset(status.StartedAt),
            Jails = status.Jails,
            RunningCommands = status.RunningCommands,
            AuditHealthy = audit.IsHealthy,
            AuditSequence = audit.Head.Sequence,
            MemoryBytes = Environment.WorkingSet,
            OpenFiles = DaemonStatus.CountOpenFiles(),
        });
    }

    public override Task<ReloadResponse> Reload(ReloadRequest request, ServerCallContext context)
    {
        CallerAccess access = guard.Require(context, Permissions.PolicyReload).Access;
        Settings read = reloader.Reload(access.Caller.ToString());
        return Task.FromResult(new ReloadResponse { Profiles = read.Profiles.Count, Roles = read.Policy.Roles.Length });
    }

    public override Task<CreateKeyResponse> CreateKey(CreateKeyRequest request, ServerCallContext context)
    {
        CallerAccess access = guard.Identify(context);
        guard.Decide(context, access, Permissions.KeyCreate, null, () => access.AdmitKey(request.Roles));
        (ApiKey key, string text) = keys.Create(
            request.Name, [.. request.Roles], request.HasUid ? request.Uid : null, Requests.Span("expires_in", request.ExpiresIn), access.Caller.Owner);
        audit.Write(Audit.AuditRecord.About(AuditKind.KeyCreated, $"{access.Caller} made API key '{key.Name}'").KeyId(key.Id).PeerUid(access.Caller.Identity.Uid).Build());
        return Task.FromResult(new CreateKeyResponse { Key = KeyOf(key), Secret = text });
    }

    public override Task<ListKeysResponse> ListKeys(ListKeysRequest request, ServerCallContext context)
    {
        guard.Require(context, Permissions.KeyList);
        ListKeysResponse response = new();
        response.Keys.Add(keys.List().Select(KeyOf));
        return Task.FromResult(response);
    }

    public override Task<Empty> RevokeKey(RevokeKeyRequest request, ServerCallContext context)
    {
        CallerAccess access = guard.Require(context, Permissions.KeyRevoke).Access;
        ApiKey key = keys.Revoke(request.Id, access.Caller.Owner) ?? throw new Registry.NotFoundException($"API key {request.Id}");
        audit.Write(Audit.AuditRecord.About(AuditKind.KeyRevoked, $"{access.Caller} revoked API key '{key.Name}'").KeyId(key.Id).PeerUid(access.Caller.Identity.Uid).Build());
        return Task.FromResult(new Empty());
    }

    public override async Task QueryAudit(QueryAuditRequest request, IServerStreamWriter<V1.AuditRecord> responseStream, ServerCallContext context)
    {
        guard.Require(context, Permissions.AuditRead);
        AuditQuery query = new()
        {
            Jail = request.Jail.Length == 0 ? null : request.Jail,
            Kinds = request.Kind.Length == 0 ? [] : [AuditKinds.Find(request.Kind)?.Kind ?? throw new PolicyException("kind", $"there is no kind '{request.Kind}'")],
            Uid = request.HasUid ? request.Uid : null,
            Since = Requests.Time("since", request.Since),
            Limit = request.Limit switch
            {
                0 => UsualRecords,
                > 0 and <= MostRecords => request.Limit,
                _ => throw new PolicyException("limit", $"is 1 to {MostRecords}, or 0 for {UsualRecords}"),
            },
        };
        await foreach (AuditEntry entry in trail.ReadAsync(query, request.Follow, context.CancellationToken).ConfigureAwait(false))
        {
            await responseStream.WriteAsync(RecordOf(entry), context.CancellationToken).ConfigureAwait(false);
        }
    }

    private static V1.AuditRecord RecordOf(AuditEntry entry)
    {
        V1.AuditRecord record = new()
        {
            Sequence = entry.Sequence,
            Time = Timestamp.FromDateTimeOffset(entry.Time),
            Kind = AuditKinds.Of(entry.Record.Kind).Name,
            Message = entry.Record.Message,
            Hash = entry.Hash,
        };
        record.Fields.Add(entry.Record.Fields.Select(field => new V1.AuditField { Name = field.Name, Value = field.Value }));
        return record;
    }

    private static Key KeyOf(ApiKey key)
    {
        Key answer = new()
        {
            Id = key.Id,
            Name = key.Name,
            CreatedAt = Timestamp.FromDateTimeOffset(key.CreatedAt),
            ExpiresAt = TimeOf(key.ExpiresAt),
            LastUsedAt = TimeOf(key.LastUsedAt),
            RevokedAt = TimeOf(key.RevokedAt),
        };
        answer.Roles.Add(key.Roles);
        if (key.Uid is uint uid)
        {
            answer.Uid = uid;
        }

        return answer;
    }

    private static Timestamp? TimeOf(DateTimeOffset? time) => time is DateTimeOffset known ? Timestamp.FromDateTimeOffset(known) : null;

    private static IEnumerable<Quota> Quotas(ResourceTotals used, ResourceTotals limit) =>
    [
        QuotaOf("jails", used.Jails, limit.Jails, count => count),
        QuotaOf("memory", used.Memory, limit.Memory, size => size.Bytes),
        QuotaOf("cpus", used.Cpus, limit.Cpus, cores => (long)(cores * 1000)),
        QuotaOf("pids", used.Pids, limit.Pids, count => count),
        QuotaOf("disk", used.Disk, limit.Disk, size => size.Bytes),
        QuotaOf("commands", used.Commands, limit.Commands, count => count),
    ];

    private static Quota QuotaOf<T>(string name, Limit<T> used, Limit<T> limit, Func<T, long> number)
        where T : struct, IComparable<T>
    {
        Quota quota = new() { Name = name, Used = used.IsMax ? long.MaxValue : number(used.Value) };
        if (!limit.IsMax)
        {
            quota.Limit = number(limit.Value);
        }

        return quota;
    }
}
