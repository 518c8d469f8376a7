using System.Text.Json.Nodes;
using AgentSandbox.Mcp.Answers;
using AgentSandbox.V1;

namespace AgentSandbox.Mcp.Tools;

/// <summary><c>jail_list</c>: the caller's jails.</summary>
internal sealed class JailListTool() : SandboxTool(new ToolDefinition(
    "jail_list",
    "List jails",
    ToolKind.Reads,
    ["jail.list"],
    "Lists the jails that you may use, the oldest first. Jails of other sessions of the same user are among them: do not end what you did not make.",
    """
    {"labels":{"type":"object","description":"Only jails with all of these labels.","additionalProperties":{"type":"string"},"maxProperties":32},
      "page_size":{"type":"integer","minimum":1,"maximum":1000,"description":"Left out: 100."},
      "page_token":{"type":"string","maxLength":256,"description":"next_page_token of the page before."}}
    """,
    [],
    $$$$"""
    {"jails":{"type":"array","items":{"type":"object","properties":{{{{{JailAnswers.Properties}}}}},"required":["jail","profile","state"]}},"next_page_token":{"type":"string"}}
    """,
    ["jails"]))
{
    public override async Task<ToolAnswer> CallAsync(ToolCall call)
    {
        ListJailsRequest request = new() { PageSize = (int)(call.Arguments.Number("page_size") ?? 0), PageToken = call.Arguments.Text("page_token") ?? "" };
        foreach ((string name, string value) in call.Arguments.Pairs("labels"))
        {
            request.Labels[name] = value;
        }

        ListJailsResponse response = await call.Session.Jails.ListJailsAsync(request, cancellationToken: call.Cancelled).ConfigureAwait(false);
        JsonObject json = new() { ["jails"] = new JsonArray([.. response.Jails.Select(jail => JailAnswers.Of(jail, IsDefault(call, jail)))]) };
        if (response.NextPageToken.Length > 0)
        {
            json["next_page_token"] = response.NextPageToken;
        }

        string text = response.Jails.Count == 0 ? "There are no jails: the first tool that needs one makes it." : string.Join('\n', response.Jails.Select(jail => JailAnswers.Line(jail, IsDefault(call, jail))));
        return new ToolAnswer(response.NextPageToken.Length > 0 ? $"{text}\n[more: page_token {response.NextPageToken}]" : text, json);
    }

    private static bool IsDefault(ToolCall call, Jail jail) => call.Session.Defaults.Find(jail.Profile) == jail.Id;
}
