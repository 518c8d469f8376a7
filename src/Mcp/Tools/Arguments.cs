using System.Text.Json;
using AgentSandbox.Mcp.Answers;
using AgentSandbox.Mcp.Schema;

namespace AgentSandbox.Mcp.Tools;

/// <summary>The arguments of a call, after they were compared with the tool's schema.</summary>
internal sealed class Arguments
{
    private readonly JsonElement _all;

    private Arguments(JsonElement all) => _all = all;

    /// <summary>Compares arguments with a schema.</summary>
    /// <param name="tool">The tool's name, for what is said.</param>
    /// <param name="schema">The schema.</param>
    /// <param name="given">The arguments; null: none.</param>
    /// <exception cref="ToolException">They are not as the schema says.</exception>
    public static Arguments Check(string tool, JsonElement schema, IDictionary<string, JsonElement>? given)
    {
        JsonElement all = JsonSerializer.SerializeToElement(new Dictionary<string, JsonElement>(given ?? new Dictionary<string, JsonElement>(), StringComparer.Ordinal), McpJson.Default.DictionaryStringJsonElement);
        string? fault = Find(schema, all);
        return fault is null ? new Arguments(all) : throw new ToolException(new Refusal($"{tool} was called with wrong arguments", fault, "correct them and call again") { Code = "INVALID_ARGUMENTS" });
    }

    /// <summary>A text; null: it is not given.</summary>
    public string? Text(string name) => Find(name)?.GetString();

    /// <summary>A text that must be given.</summary>
    public string Required(string name) => Text(name)!; // the schema says so

    /// <summary>A whole number; null: it is not given.</summary>
    public long? Number(string name) => Find(name) is JsonElement value ? value.TryGetInt64(out long whole) ? whole : (long)value.GetDouble() : null;

    /// <summary>A number; null: it is not given.</summary>
    public double? Real(string name) => Find(name)?.GetDouble();

    /// <summary>A number of seconds; null: it is not given.</summary>
    public TimeSpan? Seconds(string name) => Find(name) is JsonElement value ? TimeSpan.FromSeconds(value.GetDouble()) : null;

    /// <summary>Whether something is wanted.</summary>
    public bool Flag(string name, bool otherwise = false) => Find(name)?.GetBoolean() ?? otherwise;

    /// <summary>Several texts; none: they are not given.</summary>
    public string[] Texts(string name) => Find(name) is JsonElement value ? [.. value.EnumerateArray().Select(one => one.GetString()!)] : [];

    /// <summary>Texts by name; none: they are not given.</summary>
    public IEnumerable<KeyValuePair<string, string>> Pairs(string name) => Find(name) is JsonElement value ? value.EnumerateObject().Select(one => KeyValuePair.Create(one.Name, one.Value.GetString()!)) : [];

    /// <summary>Arguments within one; null: it is not given.</summary>
    public Arguments? Group(string name) => Find(name) is JsonElement value ? new Arguments(value) : null;

    /// <summary>Several groups of arguments.</summary>
    public Arguments[] Groups(string name) => Find(name) is JsonElement value ? [.. value.EnumerateArray().Select(one => new Arguments(one))] : [];

    private static string? Find(JsonElement schema, JsonElement all)
    {
        try
        {
            return SchemaCheck.Find(schema, all)?.ToString();
        }
        catch (SchemaLimitException limit)
        {
            return $"they cannot be compared with the schema: {limit.Message}";
        }
    }

    private JsonElement? Find(string name) => _all.TryGetProperty(name, out JsonElement value) ? value : null;
}
