using System.Text.Json.Nodes;

namespace AgentSandbox.Mcp.Answers;

/// <summary>Why a tool did not do what was asked, so that a model can do something else.</summary>
/// <param name="What">What was refused or failed.</param>
/// <param name="Reason">Why.</param>
/// <param name="Instead">What it may do instead.</param>
internal sealed record Refusal(string What, string Reason, string Instead)
{
    /// <summary>The rule of the policy or the limit by which; null: it is none.</summary>
    public string? Rule { get; init; }

    /// <summary>A word for programs: <c>ACCESS_DENIED</c>.</summary>
    public string Code { get; init; } = "REFUSED";

    /// <summary>When it is worth another try; null: not by waiting.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>For people and models.</summary>
    public string Text => $"{What}: {Reason}.{(Rule is null ? "" : $" Rule: {Rule}.")}{(RetryAfter is TimeSpan wait ? $" Try again in {Math.Ceiling(wait.TotalSeconds)} s." : "")} What you can do: {Instead}.";

    /// <summary>For programs.</summary>
    public JsonObject Json
    {
        get
        {
            JsonObject json = new() { ["code"] = Code, ["what"] = What, ["reason"] = Reason, ["instead"] = Instead };
            if (Rule is not null)
            {
                json["rule"] = Rule;
            }

            if (RetryAfter is TimeSpan wait)
            {
                json["retry_after_ms"] = (long)wait.TotalMilliseconds;
            }

            return json;
        }
    }
}
