using System.CommandLine;
using System.CommandLine.Completions;
using System.Globalization;
using AgentSandbox.Audit;
using AgentSandbox.Ctl.Client;
using AgentSandbox.Ctl.Text;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Command = System.CommandLine.Command;

namespace AgentSandbox.Ctl.Commands;

/// <summary><c>sandboxctl audit</c>: the audit trail.</summary>
internal static class AuditCommand
{
    public static Command Create(DaemonOptions daemon) => new("audit", "Shows and checks the audit trail.")
    {
        Query(daemon, "tail", "Prints the newest records, a line each.", isTail: true),
        Query(daemon, "show", "Prints records with all of their fields.", isTail: false),
        AuditVerifyCommand.Create(),
    };

    private static Command Query(DaemonOptions daemon, string name, string summary, bool isTail)
    {
        Option<string?> jail = new("--jail") { Description = "Only records about this jail.", HelpName = "JAIL" };
        Option<string?> kind = new("--kind") { Description = "Only records of this kind: jail-created, decision-denied, ...", HelpName = "KIND" };
        kind.CompletionSources.Add(_ => System.Enum.GetValues<AuditKind>().Select(one => new CompletionItem(AuditKinds.Of(one).Name)));
        Option<uint?> uid = OptionParsers.Parsed<uint?>("--uid", "UID", "Only records about this caller or owner.", t => uint.Parse(t, NumberStyles.None, CultureInfo.InvariantCulture));
        Option<TimeSpan?> since = OptionParsers.Span("--since", "Only records of the last: 10m, 2h, 1d.");
        Option<int?> limit = OptionParsers.Parsed<int?>("--limit", "N", "How many at most: 1 to 10000; 100 if it is not given.", t => int.Parse(t, NumberStyles.None, CultureInfo.InvariantCulture), "-n");
        Option<bool> follow = new("--follow", "-f") { Description = "Goes on with those to come." };
        Option<bool> json = new("--json") { Description = "Prints JSON, an object on each line." };
        Command command = new(name, summary) { jail, kind, uid, since, limit, json };
        if (isTail)
        {
            command.Add(follow);
        }

        command.SetAction(parsed => daemon.Ask(parsed, connection =>
        {
            V1.QueryAuditRequest request = new()
            {
                Jail = parsed.GetValue(jail) ?? "",
                Kind = parsed.GetValue(kind) ?? "",
                Since = parsed.GetValue(since) is TimeSpan span ? Timestamp.FromDateTimeOffset(TimeProvider.System.GetUtcNow() - span) : null,
                Limit = parsed.GetValue(limit) ?? 0,
                Follow = isTail && parsed.GetValue(follow),
            };
            if (parsed.GetValue(uid) is uint only)
            {
                request.Uid = only;
            }

            return PrintAsync(connection, request, parsed.GetValue(json) ? JsonOutput.PrintLine : isTail ? PrintLine : PrintAll);
        }));
        return command;
    }

    private static async Task<int> PrintAsync(DaemonConnection daemon, V1.QueryAuditRequest request, Action<V1.AuditRecord> print)
    {
        using AsyncServerStreamingCall<V1.AuditRecord> records = daemon.Host.QueryAudit(request);
        while (await records.ResponseStream.MoveNext(CancellationToken.None))
        {
            print(records.ResponseStream.Current);
        }

        return 0;
    }

    private static void PrintLine(V1.AuditRecord record) =>
        Console.Out.WriteLine($"{record.Sequence,6}  {Names.Of(record.Time)}  {VisibleText.Of(record.Kind),-18}  {VisibleText.Of(record.Message)}");

    private static void PrintAll(V1.AuditRecord record)
    {
        PrintLine(record);
        foreach (V1.AuditField field in record.Fields)
        {
            Console.Out.WriteLine($"{"",8}{VisibleText.Of(field.Name)}={VisibleText.Of(field.Value)}");
        }
    }
}
