using System.Text.Json;

namespace AgentSandbox.Mcp.Schema;

/// <summary>The types of JSON Schema.</summary>
internal static class SchemaTypes
{
    /// <summary>Whether <paramref name="value"/> is of a type.</summary>
    /// <remarks>Source: JSON Schema 2020-12: 1.0 is an integer too.</remarks>
    public static bool Is(JsonElement value, string type) => type switch
    {
        "object" => value.ValueKind == JsonValueKind.Object,
        "array" => value.ValueKind == JsonValueKind.Array,
        "string" => value.ValueKind == JsonValueKind.String,
        "number" => value.ValueKind == JsonValueKind.Number,
        "integer" => value.ValueKind == JsonValueKind.Number && (value.TryGetInt64(out _) || (value.TryGetDouble(out double number) && Math.Floor(number) == number)),
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "null" => value.ValueKind == JsonValueKind.Null,
        _ => throw new SchemaLimitException($"the type '{type}', which is none"),
    };

    /// <summary>What a value is, in words.</summary>
    public static string Of(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        JsonValueKind.String => "a string",
        JsonValueKind.Number => "a number",
        JsonValueKind.Null => "null",
        _ => "a boolean",
    };

    /// <summary>A type, in words.</summary>
    public static string WithArticle(string type) => type == "null" ? type : type is "object" or "array" or "integer" ? $"an {type}" : $"a {type}";
}
