using System.Net.Sockets;
using AgentSandbox.Ctl.Text;
using AgentSandbox.Grpc.Details;
using AgentSandbox.Kernel;
using Google.Rpc;
using Grpc.Core;
using Microsoft.Win32.SafeHandles;

namespace AgentSandbox.Ctl.Client;

/// <summary>What a failed call means for a person.</summary>
internal static class RpcFailures
{
    private const string HowToStart = "start it with 'systemctl start agent-sandboxd', or as root with 'agent-sandboxd'; --socket names another one";

    /// <summary>One line: what was refused or failed, by which rule, and how to get it.</summary>
    /// <param name="failure">What the call threw.</param>
    /// <param name="socket">Where the daemon is.</param>
    public static string Explain(RpcException failure, string socket)
    {
        Google.Rpc.Status? details = failure.GetRpcStatus();
        ErrorInfo? info = details?.GetDetail<ErrorInfo>();
        string said = VisibleText.Of(failure.Status.Detail);
        return failure.StatusCode switch
        {
            StatusCode.Unavailable when info is null => Unreachable(failure, socket),
            StatusCode.Unauthenticated => $"not let in: {said}",
            StatusCode.PermissionDenied when info is not null && info.Metadata.ContainsKey("rule")
                => $"not permitted: {Detail(info, "reason")} (by {Detail(info, "rule")}); to get it: {Detail(info, "how_to_get")}",
            StatusCode.InvalidArgument or StatusCode.FailedPrecondition => Refused(details, info, said),
            StatusCode.NotFound when info?.Reason == "NOT_FOUND" => $"{said}, or it is not yours: '{ListOf(said)}' lists what there is",
            StatusCode.Unimplemented => $"the daemon does not know this request: it has another version than sandboxctl ({said})",
            StatusCode.Internal or StatusCode.Unknown => $"the daemon failed: {said}",
            StatusCode.Aborted => said + string.Concat((details?.GetDetail<PreconditionFailure>()?.Violations ?? []).Select(violation => $"\n  {VisibleText.Of(violation.Subject)}")),
            _ => said,
        };
    }

    private static string ListOf(string said) =>
        said.StartsWith("there is no workspace", StringComparison.Ordinal) ? "sandboxctl workspace list"
        : said.StartsWith("there is no snapshot", StringComparison.Ordinal) ? "sandboxctl workspace snapshots WORKSPACE"
        : "sandboxctl ps";

    private static string Detail(ErrorInfo info, string name) => VisibleText.Of(info.Metadata.TryGetValue(name, out string? value) ? value : "not said");

    private static string Refused(Google.Rpc.Status? details, ErrorInfo? info, string said)
    {
        string? field = details?.GetDetail<BadRequest>()?.FieldViolations.FirstOrDefault()?.Field ?? info?.Metadata.GetValueOrDefault("field");
        return field is not null && said.StartsWith($"{field}: ", StringComparison.Ordinal) ? $"{OptionNames.Of(field)}{said[field.Length..]}" : said;
    }

    private static string Unreachable(RpcException failure, string socket) => Cause(failure.Status.DebugException) switch
    {
        SocketException { SocketErrorCode: SocketError.ConnectionRefused } => $"the daemon is not running: nobody listens on {socket}; {HowToStart}",
        SocketException { SocketErrorCode: SocketError.AccessDenied } => $"{socket}: you may not connect; {Membership(socket)}",
        SocketException when !File.Exists(socket) => $"the daemon is not running: there is no {socket}; {HowToStart}",
        _ => $"the daemon at {socket} is not there any more: {VisibleText.Of(failure.Status.Detail)}",
    };

    private static SocketException? Cause(Exception? e) => e switch
    {
        null => null,
        SocketException found => found,
        _ => Cause(e.InnerException),
    };

    private static string Membership(string socket)
    {
        string group = GroupOf(socket) ?? "agent-sandbox";
        return $"it is for members of group '{group}': have an administrator run 'usermod -aG {group} {Environment.UserName}', then log in again";
    }

    private static string? GroupOf(string socket)
    {
        try
        {
            using SafeFileHandle file = Files.Open(socket, Libc.O_PATH | Libc.O_NOFOLLOW);
            string gid = Files.Stat(file).stx_gid.ToString(System.Globalization.CultureInfo.InvariantCulture);
            return gid == "0" ? null : File.ReadLines("/etc/group").Select(line => line.Split(':')).FirstOrDefault(fields => fields.Length > 2 && fields[2] == gid)?[0] ?? gid;
        }
        catch (SyscallException)
        {
            return null; // its directory may be closed to us as well: then the usual name has to do
        }
    }
}
