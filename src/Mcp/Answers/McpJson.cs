using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace AgentSandbox.Mcp.Answers;

/// <summary>JSON without reflection.</summary>
[JsonSerializable(typeof(JsonObject))]
[JsonSerializable(typeof(Dictionary<string, JsonElement>))]
internal sealed partial class McpJson : JsonSerializerContext
{
    /// <summary>An object as the protocol's messages have it.</summary>
    public static JsonElement Element(JsonObject node) => JsonSerializer.SerializeToElement(node, Default.JsonObject);

    /// <summary>JSON text as the protocol's messages have it.</summary>
    public static JsonElement Parse(string text)
    {
        using JsonDocument document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }
}
