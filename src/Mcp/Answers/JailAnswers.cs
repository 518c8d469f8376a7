using System.Text.Json.Nodes;
using AgentSandbox.V1;
using Google.Protobuf;

namespace AgentSandbox.Mcp.Answers;

/// <summary>Jails, as answers.</summary>
internal static class JailAnswers
{
    /// <summary>The properties of a jail, as JSON Schema.</summary>
    public const string Properties = """
        "jail":{"type":"string"},"profile":{"type":"string"},"state":{"type":"string","enum":["running","paused","ended","stuck"]},"created_at":{"type":"string"},
        "expires_at":{"type":"string"},"idle_timeout_seconds":{"type":"number"},"running_commands":{"type":"integer"},"labels":{"type":"object"},"workspace":{"type":"string"},
        "without":{"type":"array","items":{"type":"string"},"description":"Layers of the sandbox that this host lacks."},"default":{"type":"boolean","description":"True: a default jail of this session."}
        """;

    /// <summary>A jail.</summary>
    /// <param name="jail">The jail.</param>
    /// <param name="isDefault">True: it is a default jail of the session.</param>
    public static JsonObject Of(Jail jail, bool isDefault)
    {
        JsonObject json = new()
        {
            ["jail"] = jail.Id,
            ["profile"] = jail.Profile,
            ["state"] = jail.State switch { JailState.Paused => "paused", JailState.Ended => "ended", JailState.Stuck => "stuck", _ => "running" },
            ["created_at"] = jail.CreatedAt.ToDateTimeOffset().ToString("yyyy-MM-ddTHH:mm:ssZ", System.Globalization.CultureInfo.InvariantCulture),
            ["running_commands"] = jail.RunningCommands,
            ["labels"] = new JsonObject(jail.Labels.Select(label => KeyValuePair.Create(label.Key, (JsonNode?)JsonValue.Create(label.Value)))),
            ["without"] = new JsonArray([.. jail.Degraded.Select(layer => JsonValue.Create(layer))]),
            ["default"] = isDefault,
        };
        if (jail.ExpiresAt is not null)
        {
            json["expires_at"] = jail.ExpiresAt.ToDateTimeOffset().ToString("yyyy-MM-ddTHH:mm:ssZ", System.Globalization.CultureInfo.InvariantCulture);
        }

        if (jail.IdleTimeout is not null)
        {
            json["idle_timeout_seconds"] = jail.IdleTimeout.ToTimeSpan().TotalSeconds;
        }

        if (jail.Workspace.Length > 0)
        {
            json["workspace"] = jail.Workspace;
        }

        return json;
    }

    /// <summary>A message of the API as JSON.</summary>
    /// <remarks>Source: proto3, "JSON Mapping".</remarks>
    public static JsonNode? Whole(IMessage message) => JsonNode.Parse(JsonFormatter.Default.Format(message));

    /// <summary>A jail in a line.</summary>
    public static string Line(Jail jail, bool isDefault) =>
        $"{jail.Id}: {jail.Profile}, {jail.State.ToString().ToLowerInvariant()}, {jail.RunningCommands} commands run{(isDefault ? ", a default jail of this session" : "")}{(jail.Workspace.Length > 0 ? $", workspace {jail.Workspace}" : "")}";
}
