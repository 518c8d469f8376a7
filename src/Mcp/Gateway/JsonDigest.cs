using System.Buffers;
using System.Security.Cryptography;
using System.Text.Json;
using AgentSandbox.Mcp.Answers;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace AgentSandbox.Mcp.Gateway;

/// <summary>SHA-256 of JSON, whatever the order of its members and its blanks.</summary>
internal static class JsonDigest
{
    /// <summary>Of all that a client is told of a tool: name, title, description, schemas, annotations.</summary>
    public static string Of(Tool tool) => Of(json =>
    {
        json.WriteStartObject();
        json.WriteString("name", tool.Name);
        json.WriteString("title", tool.Title);
        json.WriteString("description", tool.Description);
        json.WritePropertyName("inputSchema");
        Write(json, tool.InputSchema);
        if (tool.OutputSchema is JsonElement output)
        {
            json.WritePropertyName("outputSchema");
            Write(json, output);
        }

        if (tool.Annotations is ToolAnnotations annotations)
        {
            json.WritePropertyName("annotations");
            Write(json, JsonSerializer.SerializeToElement(annotations, McpJsonUtilities.DefaultOptions.GetTypeInfo(typeof(ToolAnnotations))));
        }

        json.WriteEndObject();
    });

    /// <summary>Of the arguments of a call.</summary>
    public static string Of(IDictionary<string, JsonElement>? arguments) =>
        Of(json => Write(json, JsonSerializer.SerializeToElement(new Dictionary<string, JsonElement>(arguments ?? new Dictionary<string, JsonElement>(), StringComparer.Ordinal), McpJson.Default.DictionaryStringJsonElement)));

    private static string Of(Action<Utf8JsonWriter> write)
    {
        ArrayBufferWriter<byte> bytes = new();
        using (Utf8JsonWriter json = new(bytes))
        {
            write(json);
        }

        return Convert.ToHexStringLower(SHA256.HashData(bytes.WrittenSpan));
    }

    private static void Write(Utf8JsonWriter json, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                json.WriteStartObject();
                foreach (JsonProperty member in value.EnumerateObject().OrderBy(member => member.Name, StringComparer.Ordinal))
                {
                    json.WritePropertyName(member.Name);
                    Write(json, member.Value);
                }

                json.WriteEndObject();
                break;
            case JsonValueKind.Array:
                json.WriteStartArray();
                foreach (JsonElement item in value.EnumerateArray())
                {
                    Write(json, item);
                }

                json.WriteEndArray();
                break;
            default:
                value.WriteTo(json);
                break;
        }
    }
}
