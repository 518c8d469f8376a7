using System.Globalization;
using AgentSandbox.Access;
using AgentSandbox.Audit;
using AgentSandbox.Daemon.Auth;
using AgentSandbox.Daemon.Registry;
using AgentSandbox.Grpc.Details;
using AgentSandbox.Grpc.Server;
using AgentSandbox.Jails.Configuration;
using AgentSandbox.Jails.Policy;
using AgentSandbox.Jails.Proof;
using AgentSandbox.Jails.Workspaces;
using AgentSandbox.Jails.Workspaces.Store;
using AgentSandbox.Kernel;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;

namespace AgentSandbox.Daemon.Api;

/// <summary>What the daemon's exceptions become for callers: a status, a sentence, and details that a program can read.</summary>
internal static class Errors
{
    private const string Domain = "agent-sandboxd";
    private const int LongestListed = 256; // bytes of a path: all of it goes into trailers

    /// <summary>The table.</summary>
    public static ExceptionTable Table { get; } = ExceptionTable.Empty
        .With<UnauthenticatedException>(e => New(StatusCode.Unauthenticated, e.Message, Info("UNAUTHENTICATED", ("failure", e.Failure.ToString()))))
        .With<AccessDeniedException>(e => New(
            StatusCode.PermissionDenied, e.Message, Info("ACCESS_DENIED", ("rule", e.Decision.Rule), ("reason", e.Decision.Reason), ("how_to_get", e.Decision.HowToGet))))
        .With<QuotaException>(e => New(
            StatusCode.ResourceExhausted,
            e.Message,
            Info("QUOTA_EXCEEDED", ("quota", e.Quota), ("used", e.Used), ("asked", e.Asked), ("limit", e.Limit), ("rule", e.Rule)),
            new QuotaFailure { Violations = { new QuotaFailure.Types.Violation { Subject = e.Quota, Description = e.Message } } }))
        .With<RateLimitException>(e => New(
            StatusCode.ResourceExhausted,
            e.Message,
            Info("RATE_LIMITED", ("permission", e.Permission), ("rate", e.Rate.ToString()), ("rule", e.Rule)),
            new RetryInfo { RetryDelay = Duration.FromTimeSpan(e.RetryAfter) }))
        .With<NotFoundException>(e => New(StatusCode.NotFound, e.Message, Info("NOT_FOUND")))
        .With<StuckJailException>(e => New(StatusCode.Unavailable, e.Message, Info("JAIL_STUCK", ("jail", e.Id))))
        .With<PolicyException>(Refused)
        .With<ConfigException>(e => New(StatusCode.FailedPrecondition, e.Message, Info("BAD_CONFIGURATION", ("file", e.File), ("field", e.Field))))
        .With<AuditException>(e => New(StatusCode.Unavailable, $"nothing is done that cannot be put on record: {e.Message}", Info("AUDIT_UNAVAILABLE")))
        .With<ProofException>(e => New(StatusCode.Internal, e.Message, Info("NOT_ENFORCED")))
        .With<WorkspaceException>(Refused)
        .With<CommitConflictException>(e => New(StatusCode.Aborted, e.Message, Info("CONFLICT", ("paths", e.Paths.Length.ToString(CultureInfo.InvariantCulture))), Conflicts(e)))
        .With<SyscallException>(e => New(
            e.Errno is Errno.EAGAIN or Errno.EMFILE or Errno.ENFILE or Errno.ENOSPC ? StatusCode.ResourceExhausted : StatusCode.Internal,
            e.Message,
            Info("SYSCALL_FAILED", ("syscall", e.Syscall), ("errno", e.Errno.ToString()), ("step", e.Step))))
        .With<ObjectDisposedException>(_ => New(StatusCode.NotFound, "the jail has just ended", Info("NOT_FOUND")));

    private static RpcException Refused(PolicyException refused)
    {
        string field = FieldNames.Of(refused.Field);
        string message = $"{field}: {refused.Reason}";
        return refused.Field is "host" or "jail" or "state"
            ? New(StatusCode.FailedPrecondition, message, Info("FAILED_PRECONDITION", ("field", field)))
            : New(
                StatusCode.InvalidArgument,
                message,
                Info("INVALID_ARGUMENT", ("field", field)),
                new BadRequest { FieldViolations = { new BadRequest.Types.FieldViolation { Field = field, Description = refused.Reason } } });
    }

    private static RpcException Refused(WorkspaceException refused) => refused.Fault switch
    {
        WorkspaceFault.Malformed => New(StatusCode.InvalidArgument, refused.Message, Info("INVALID_ARGUMENT", ("field", "path"))),
        WorkspaceFault.Absent => New(StatusCode.NotFound, refused.Message, Info("FILE_NOT_FOUND")),
        WorkspaceFault.Exists => New(StatusCode.AlreadyExists, refused.Message, Info("FILE_EXISTS")),
        WorkspaceFault.Denied => New(StatusCode.PermissionDenied, refused.Message, Info("FILE_ACCESS_DENIED")),
        WorkspaceFault.Full => New(StatusCode.ResourceExhausted, refused.Message, Info("NO_SPACE")),
        _ => New(StatusCode.FailedPrecondition, refused.Message, Info("FILE_UNFIT")),
    };

    private static PreconditionFailure Conflicts(CommitConflictException conflict)
    {
        const int MostListed = 500;
        PreconditionFailure failure = new();
        failure.Violations.Add(conflict.Paths.Where(path => path.Length <= LongestListed).Take(MostListed).Select(
            path => new PreconditionFailure.Types.Violation { Type = "CONFLICT", Subject = FileName.Show(path), Description = "both changed it" }));
        return failure;
    }

    private static RpcException New(StatusCode code, string message, params Google.Protobuf.IMessage[] details) => StatusDetails.NewException(code, message, details);

    private static ErrorInfo Info(string reason, params ReadOnlySpan<(string Key, string Value)> metadata)
    {
        ErrorInfo info = new() { Reason = reason, Domain = Domain };
        foreach ((string key, string value) in metadata)
        {
            info.Metadata[key] = value;
        }

        return info;
    }
}
