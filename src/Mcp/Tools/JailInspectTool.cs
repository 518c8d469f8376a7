using System.Text.Json.Nodes;
using AgentSandbox.Mcp.Answers;
using AgentSandbox.V1;
using Grpc.Core;

namespace AgentSandbox.Mcp.Tools;

/// <summary><c>jail_inspect</c>: limits, usage and proof of a jail.</summary>
internal sealed class JailInspectTool() : SandboxTool(new ToolDefinition(
    "jail_inspect",
    "Inspect a jail",
    ToolKind.Reads,
    ["jail.get"],
    "Says what a jail may use (limits), what it uses (usage), and what the kernel enforces on it (proof, if asked for).",
    $$$$"""{{{{{JailArgument}}}},"proof":{"type":"boolean","description":"True: with the proof: namespaces, mounts, user map, privileges, cgroup. Left out: without."}}""",
    [],
    $$$$"""
    {{{{{JailAnswers.Properties}}}},"plan_hash":{"type":"string"},"limits":{"type":"object","description":"What is not here has no limit."},"usage":{"type":"object"},"proof":{"type":"object"},
      "binds":{"type":"array","items":{"type":"object"}}}
    """,
    ["jail", "profile", "state", "limits"]))
{
    public override async Task<ToolAnswer> CallAsync(ToolCall call)
    {
        string id = await call.JailAsync().ConfigureAwait(false);
        Jail jail = await call.Session.Jails.GetJailAsync(new GetJailRequest { Id = id }, cancellationToken: call.Cancelled).ConfigureAwait(false);
        bool isDefault = call.Session.Defaults.Find(jail.Profile) == id;
        JsonObject json = JailAnswers.Of(jail, isDefault);
        json["plan_hash"] = jail.PlanHash;
        json["limits"] = JailAnswers.Whole(jail.Limits ?? new Limits());
        json["binds"] = new JsonArray([.. jail.Binds.Select(bind => JailAnswers.Whole(bind))]);
        if (await StatsAsync(call, id).ConfigureAwait(false) is Stats stats)
        {
            json["usage"] = JailAnswers.Whole(stats.Usage ?? new Usage());
        }

        if (call.Arguments.Flag("proof") && jail.Proof is not null)
        {
            json["proof"] = JailAnswers.Whole(jail.Proof);
        }

        string text = $"{JailAnswers.Line(jail, isDefault)}\nlimits: {json["limits"]!.ToJsonString()}\nusage: {json["usage"]?.ToJsonString() ?? "not permitted"}{(json["proof"] is JsonNode proof ? $"\nproof: {proof.ToJsonString()}" : "")}";
        return new ToolAnswer(text, json);
    }

    private static async Task<Stats?> StatsAsync(ToolCall call, string jail)
    {
        try
        {
            return await call.Session.Jails.GetStatsAsync(new GetStatsRequest { Id = jail }, cancellationToken: call.Cancelled).ConfigureAwait(false);
        }
        catch (RpcException denied) when (denied.StatusCode == StatusCode.PermissionDenied)
        {
            return null; // the rest is the caller's to see
        }
    }
}
