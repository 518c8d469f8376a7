using System.Text.Json;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace AgentSandbox.Tests.Interop.Mcp;

/// <summary>The prompts of the suite.</summary>
internal static class FixturePrompts
{
    private static readonly Dictionary<string, string[]> s_prompts = new()
    {
        ["test_simple_prompt"] = [], ["test_prompt_with_arguments"] = ["arg1", "arg2"], ["test_prompt_with_embedded_resource"] = ["resourceUri"], ["test_prompt_with_image"] = [], ["test_input_required_result_prompt"] = [],
    };

    /// <summary>All.</summary>
    public static ListPromptsResult List() => new()
    {
        Prompts = [.. s_prompts.Select(prompt => new Prompt { Name = prompt.Key, Description = $"The suite's {prompt.Key}.", Arguments = [.. prompt.Value.Select(name => new PromptArgument { Name = name, Description = "a text", Required = true })] })],
        TimeToLive = TimeSpan.FromMinutes(1),
        CacheScope = CacheScope.Private,
    };

    /// <summary>One.</summary>
    public static GetPromptResult Get(GetPromptRequestParams prompt) => prompt.Name switch
    {
        "test_simple_prompt" => Of(new TextContentBlock { Text = "a prompt" }),
        "test_prompt_with_arguments" => Of(new TextContentBlock { Text = $"a prompt with '{Argument(prompt, "arg1")}' and '{Argument(prompt, "arg2")}'" }),
        "test_prompt_with_embedded_resource" => Of(Samples.Embedded(Argument(prompt, "resourceUri"), "text/plain", "an embedded text"), new TextContentBlock { Text = "look at it" }),
        "test_prompt_with_image" => Of(Samples.Image(), new TextContentBlock { Text = "look at it" }),
        "test_input_required_result_prompt" => prompt.InputResponses?.TryGetValue("user_context", out InputResponse? answer) == true && answer.RawValue.ValueKind == JsonValueKind.Object
            ? Of(new TextContentBlock { Text = "a prompt with what you answered" })
            : throw new InputRequiredException(new Dictionary<string, InputRequest>([RoundTools.Name("user_context")])),
        _ => throw new McpProtocolException("there is no such prompt", McpErrorCode.InvalidParams),
    };

    private static GetPromptResult Of(params ContentBlock[] contents) => new() { Messages = [.. contents.Select(content => new PromptMessage { Role = Role.User, Content = content })] };

    private static string Argument(GetPromptRequestParams prompt, string name) => prompt.Arguments?.TryGetValue(name, out JsonElement value) == true ? value.GetString()! : throw new McpProtocolException($"{name} is missing", McpErrorCode.InvalidParams);
}
