using System.Text.Json;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using static ModelContextProtocol.Protocol.ElicitRequestParams;

namespace AgentSandbox.Tests.Interop.Mcp;

/// <summary>Tools that ask the client while they are called, as revisions before 2026-07-28 do.</summary>
internal static class AskingTools
{
    private static readonly string[] s_states = ["active", "inactive", "pending"];
    private static readonly string[] s_options = ["option1", "option2", "option3"];
    private static readonly EnumSchemaOption[] s_values = [.. Enumerable.Range(1, 3).Select(i => new EnumSchemaOption { Const = $"value{i}", Title = $"Value {i}" })];

    /// <summary>By name.</summary>
    public static IEnumerable<KeyValuePair<string, FixtureTool>> All { get; } = new Dictionary<string, FixtureTool>
    {
        ["test_sampling"] = SampleAsync,
        ["test_elicitation"] = (request, cancelled) => AskAsync(request, new() { ["username"] = new StringSchema(), ["email"] = new StringSchema() }, cancelled),
        ["test_elicitation_sep1034_defaults"] = (request, cancelled) => AskAsync(
            request,
            new()
            {
                ["name"] = new StringSchema { Default = "John Doe" },
                ["age"] = new NumberSchema { Type = "integer", Default = 30 },
                ["score"] = new NumberSchema { Default = 95.5 },
                ["status"] = new UntitledSingleSelectEnumSchema { Enum = s_states, Default = "active" },
                ["verified"] = new BooleanSchema { Default = true },
            },
            cancelled),
        ["test_elicitation_sep1330_enums"] = (request, cancelled) => AskAsync(
            request,
            new()
            {
                ["untitledSingle"] = new UntitledSingleSelectEnumSchema { Enum = s_options },
                ["titledSingle"] = new TitledSingleSelectEnumSchema { OneOf = s_values },
                ["legacyEnum"] = new LegacyTitledEnumSchema { Enum = ["opt1", "opt2", "opt3"], EnumNames = ["One", "Two", "Three"] },
                ["untitledMulti"] = new UntitledMultiSelectEnumSchema { Items = new UntitledEnumItemsSchema { Enum = s_options } },
                ["titledMulti"] = new TitledMultiSelectEnumSchema { Items = new TitledEnumItemsSchema { AnyOf = s_values } },
            },
            cancelled),
        ["test_missing_capability"] = (request, _) => request.Server.ClientCapabilities?.Sampling is not null ? ValueTask.FromResult(Samples.Said("the client samples"))
            : throw new MissingRequiredClientCapabilityException(new ClientCapabilities { Sampling = new() }, "the client does not sample"),
    };

    private static async ValueTask<CallToolResult> SampleAsync(RequestContext<CallToolRequestParams> request, CancellationToken cancelled)
    {
        string prompt = request.Params.Arguments?.TryGetValue("prompt", out JsonElement text) == true ? text.GetString()! : "say something";
        CreateMessageResult answer = await request.Server.SampleAsync(
            new CreateMessageRequestParams { MaxTokens = 100, Messages = [new SamplingMessage { Role = Role.User, Content = [new TextContentBlock { Text = prompt }] }] }, cancelled);
        return Samples.Said($"the client says: {answer.Content.OfType<TextContentBlock>().FirstOrDefault()?.Text}");
    }

    private static async ValueTask<CallToolResult> AskAsync(RequestContext<CallToolRequestParams> request, Dictionary<string, PrimitiveSchemaDefinition> fields, CancellationToken cancelled)
    {
        ElicitResult answer = await request.Server.ElicitAsync(new ElicitRequestParams { Message = "please fill it in", RequestedSchema = new RequestSchema { Properties = fields } }, cancelled);
        return Samples.Said($"the client answers: {answer.Action}");
    }
}
