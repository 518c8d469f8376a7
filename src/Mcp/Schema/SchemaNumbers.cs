using System.Globalization;
using System.Text.Json;

namespace AgentSandbox.Mcp.Schema;

/// <summary>What a JSON Schema says of numbers, and the numbers in a schema.</summary>
internal static class SchemaNumbers
{
    /// <summary>A bound of lengths or counts; null: there is none.</summary>
    public static long? Bound(JsonElement schema, string keyword) => schema.TryGetProperty(keyword, out JsonElement bound)
        ? bound.ValueKind == JsonValueKind.Number && bound.TryGetDouble(out double number) ? (long)Math.Min(number, long.MaxValue) : throw new SchemaLimitException($"a {keyword} that is no number")
        : null;

    /// <summary>The first difference between a number and its schema; null: there is none, or it is no number.</summary>
    public static SchemaFault? Check(JsonElement schema, JsonElement value, string path)
    {
        if (value.ValueKind != JsonValueKind.Number)
        {
            return null;
        }

        double number = value.GetDouble();
        return Number(schema, "minimum") is double least && number < least ? new(path, $"must be {Text(least)} or more")
            : Number(schema, "maximum") is double most && number > most ? new(path, $"must be {Text(most)} or less")
            : Number(schema, "exclusiveMinimum") is double above && number <= above ? new(path, $"must be more than {Text(above)}")
            : Number(schema, "exclusiveMaximum") is double below && number >= below ? new(path, $"must be less than {Text(below)}")
            : Number(schema, "multipleOf") is double step && (step <= 0 || Math.IEEERemainder(number, step) != 0) ? new(path, $"must be a multiple of {Text(step)}")
            : null;
    }

    private static double? Number(JsonElement schema, string keyword) => schema.TryGetProperty(keyword, out JsonElement bound)
        ? bound.ValueKind == JsonValueKind.Number ? bound.GetDouble() : throw new SchemaLimitException($"a {keyword} that is no number")
        : null;

    private static string Text(double number) => number.ToString(CultureInfo.InvariantCulture);
}
