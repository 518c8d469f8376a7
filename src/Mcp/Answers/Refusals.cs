using AgentSandbox.Grpc.Details;
using Google.Rpc;
using Grpc.Core;

namespace AgentSandbox.Mcp.Answers;

/// <summary>What a failed call of the daemon means for a model: what was refused, by which rule, and what it may do instead.</summary>
internal static class Refusals
{
    /// <summary>The refusal.</summary>
    /// <param name="failure">What the call threw.</param>
    public static Refusal Of(RpcException failure)
    {
        Google.Rpc.Status? details = failure.GetRpcStatus();
        ErrorInfo? info = details?.GetDetail<ErrorInfo>();
        string said = failure.Status.Detail.TrimEnd('.');
        Refusal refusal = info?.Reason switch
        {
            "ACCESS_DENIED" => new("not permitted", Detail(info, "reason", said), $"work within your role (jail_list, the server's instructions and the profiles' resources say what you have), or ask the user: {Detail(info, "how_to_get", "an administrator can change the policy")}"),
            "QUOTA_EXCEEDED" => new("your quota is used up", said, Quota(info)),
            "RATE_LIMITED" => new("too many calls", said, "wait, then go on more slowly; put several steps into one command"),
            "NOT_FOUND" => new("there is no such jail or command", said, "jail_list and command_status list what there is; leave out 'jail' for the default jail"),
            "FILE_NOT_FOUND" => new("there is no such file", said, "list_files shows what there is"),
            "FILE_EXISTS" => new("the file is there already", said, "choose another name, or write without create_only"),
            "FILE_ACCESS_DENIED" => new("the file's permissions forbid it", said, "a command in the jail (run_command with chmod) can change the permissions of its own files"),
            "NO_SPACE" => new("the workspace is full", said, "remove files that are not needed, or make a jail with a larger workspace"),
            "FILE_UNFIT" => new("that is not possible with this file", said, "only regular files can be read and written; links are shown and not followed"),
            "AUDIT_UNAVAILABLE" => new("nothing can be done now", said, "tell the user: the sandbox's audit trail takes no records"),
            "UNAUTHENTICATED" => new("the sandbox does not know you", said, "tell the user to check the API key and the policy"),
            _ => ByCode(failure, details, said),
        };
        return refusal with
        {
            Code = info?.Reason ?? failure.StatusCode.ToString(),
            Rule = info is not null && info.Metadata.TryGetValue("rule", out string? rule) && rule.Length > 0 ? rule : null,
            RetryAfter = details?.GetDetail<RetryInfo>()?.RetryDelay?.ToTimeSpan(),
        };
    }

    private static Refusal ByCode(RpcException failure, Google.Rpc.Status? details, string said) => failure.StatusCode switch
    {
        StatusCode.InvalidArgument => new("a value is refused", said, $"change {details?.GetDetail<BadRequest>()?.FieldViolations.FirstOrDefault()?.Field ?? "the argument"} and call again"),
        StatusCode.FailedPrecondition => new("that is not possible now", said, "see what the reason names; if it is a layer that the host lacks, tell the user"),
        StatusCode.ResourceExhausted => new("the host has not enough for that", said, "end what is not needed (jail_delete, command_signal), then try again"),
        StatusCode.Aborted => new("it was not done", said, "resolve what the reason names, then try again"),
        StatusCode.Unavailable => new("the sandbox cannot be reached", said, "tell the user that agent-sandboxd is not running, or may not be reached by this user"),
        StatusCode.Unimplemented => new("this sandbox cannot do that", said, "do without: its version is older than this server's"),
        StatusCode.Unauthenticated => new("the sandbox does not know you", said, "tell the user to check the API key and the policy"),
        StatusCode.PermissionDenied => new("not permitted", said, "ask the user"),
        StatusCode.NotFound => new("there is no such thing", said, "jail_list shows what there is"),
        StatusCode.DeadlineExceeded => new("it took too long", said, "ask for less at once"),
        _ => new("the sandbox failed", said, "try once more; if it fails again tell the user"),
    };

    private static string Quota(ErrorInfo info) => info.Metadata.GetValueOrDefault("quota") switch
    {
        "jails" => "end jails that you do not need (jail_list, jail_delete), or work in one that you have",
        "commands" => "wait for a command, or end one (command_status, command_signal)",
        _ => "ask for less in 'limits', or end jails that you do not need (jail_list, jail_delete)",
    };

    private static string Detail(ErrorInfo info, string name, string otherwise) => info.Metadata.TryGetValue(name, out string? value) && value.Length > 0 ? value.TrimEnd('.') : otherwise;
}
