using System.Collections.Immutable;
using System.Text.Json;
using AgentSandbox.Mcp.Answers;
using ModelContextProtocol.Protocol;

namespace AgentSandbox.Mcp.Tools;

/// <summary>What a client is told of a tool.</summary>
internal sealed class ToolDefinition
{
    /// <summary>A definition.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="title">Its name for people.</param>
    /// <param name="kind">What it does to what there is.</param>
    /// <param name="permissions">What a role must permit for it: all of these.</param>
    /// <param name="description">What a model needs to know to use it.</param>
    /// <param name="arguments">The properties of its arguments, as JSON.</param>
    /// <param name="required">Arguments that must be given.</param>
    /// <param name="results">The properties of its structured answer, as JSON.</param>
    /// <param name="always">Those that each answer has that is no refusal.</param>
    public ToolDefinition(
        string name, string title, ToolKind kind, ImmutableArray<string> permissions, string description, string arguments, string[] required, string results, string[] always)
    {
        Permissions = permissions;
        Tool = new Tool
        {
            Name = name,
            Title = title,
            Description = description,
            InputSchema = McpJson.Parse($$"""{"type":"object","properties":{{arguments}},"required":[{{Names(required)}}],"additionalProperties":false}"""),
            OutputSchema = McpJson.Parse(
                $$"""{"type":"object","properties":{{Merge(results)}},"anyOf":[{"required":[{{Names(always)}}]},{"required":["refusal"]}]}"""),
            Annotations = new ToolAnnotations
            {
                Title = title,
                ReadOnlyHint = kind == ToolKind.Reads,
                DestructiveHint = kind is ToolKind.Replaces or ToolKind.Changes,
                IdempotentHint = kind is ToolKind.Reads or ToolKind.Replaces,
                OpenWorldHint = false, // a jail reaches nothing but itself
            },
        };
    }

    /// <summary>As a client gets it.</summary>
    public Tool Tool { get; }

    /// <summary>Its name.</summary>
    public string Name => Tool.Name;

    /// <summary>What a role must permit for it.</summary>
    public ImmutableArray<string> Permissions { get; }

    /// <summary>What its arguments must be.</summary>
    public JsonElement InputSchema => Tool.InputSchema;

    private static string Names(string[] names) => string.Join(',', names.Select(name => $"\"{name}\""));

    private static string Merge(string results)
    {
        const string Refusal = """
            "refusal":{"type":"object","description":"Set if it was not done: why, and what can be done instead.","properties":{
              "code":{"type":"string"},"what":{"type":"string"},"reason":{"type":"string"},"instead":{"type":"string"},"rule":{"type":"string"},"retry_after_ms":{"type":"integer"}},
              "required":["code","what","reason","instead"]}
            """;
        return $"{results.Trim()[..^1]}{(results.Contains(':', StringComparison.Ordinal) ? "," : "")}{Refusal}}}";
    }
}
