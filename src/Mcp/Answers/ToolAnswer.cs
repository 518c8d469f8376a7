using System.Text.Json.Nodes;
using ModelContextProtocol.Protocol;

namespace AgentSandbox.Mcp.Answers;

/// <summary>What a tool answers: an object for programs, and text for models.</summary>
/// <param name="Text">What a model reads.</param>
/// <param name="Structured">The same, as the tool's output schema says.</param>
internal sealed record ToolAnswer(string Text, JsonObject Structured)
{
    /// <summary>True: what was asked did not come about.</summary>
    public bool IsError { get; init; }

    /// <summary>Content beside the text, as an image.</summary>
    public ContentBlock? Attachment { get; init; }

    /// <summary>The answer that says why something was not done.</summary>
    public static ToolAnswer Refused(Refusal refusal) => new(refusal.Text, new JsonObject { ["refusal"] = refusal.Json }) { IsError = true };

    /// <summary>As the protocol has it.</summary>
    public CallToolResult ToResult()
    {
        List<ContentBlock> content = [new TextContentBlock { Text = Text }];
        if (Attachment is not null)
        {
            content.Add(Attachment);
        }

        return new CallToolResult { Content = content, StructuredContent = McpJson.Element(Structured), IsError = IsError };
    }
}
