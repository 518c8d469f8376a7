using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace AgentSandbox.Tests.Interop.Mcp;

/// <summary>Tools that answer with a question, and are called again with its answer, as revision 2026-07-28 does.</summary>
internal static class RoundTools
{
    private const string Prefix = "test_input_required_result_";
    private static readonly byte[] s_key = RandomNumberGenerator.GetBytes(32);

    /// <summary>By name.</summary>
    public static IEnumerable<KeyValuePair<string, FixtureTool>> All { get; } = new Dictionary<string, FixtureTool>
    {
        [$"{Prefix}elicitation"] = (request, _) => Finish(request, Has(request, "user_name"), null, Name("user_name")),
        [$"{Prefix}sampling"] = (request, _) => Finish(request, Has(request, "capital_question"), null, Sample("capital_question")),
        [$"{Prefix}list_roots"] = (request, _) => Finish(request, Has(request, "client_roots"), null, Roots()),
        [$"{Prefix}request_state"] = (request, _) => Finish(request, Has(request, "confirm") && State(request) == "first", "first", Name("confirm")),
        [$"{Prefix}tampered_state"] = (request, _) => Finish(request, State(request) == "only", "only", Name("confirm")),
        [$"{Prefix}multiple_inputs"] = (request, _) => Finish(request, Has(request, "user_name", "greeting", "client_roots") && State(request) == "all", "all", Name("user_name"), Sample("greeting"), Roots()),
        [$"{Prefix}multi_round"] = (request, _) => State(request) == "step1"
            ? Finish(request, false, "step2", Name("step2"))
            : Finish(request, State(request) == "step2" && Has(request, "step2"), "step1", Name("step1")),
        [$"{Prefix}capabilities"] = (request, _) => Finish(request, false, null, [.. Declared(request)]),
    };

    /// <summary>A question for a name.</summary>
    public static KeyValuePair<string, InputRequest> Name(string key) => new(key, InputRequest.ForElicitation(new ElicitRequestParams
    {
        Message = "what is your name?",
        RequestedSchema = new ElicitRequestParams.RequestSchema { Properties = new Dictionary<string, ElicitRequestParams.PrimitiveSchemaDefinition> { ["name"] = new ElicitRequestParams.StringSchema() }, Required = ["name"] },
    }));

    private static KeyValuePair<string, InputRequest> Sample(string key) => new(key, InputRequest.ForSampling(new CreateMessageRequestParams
    {
        MaxTokens = 100, Messages = [new SamplingMessage { Role = Role.User, Content = [new TextContentBlock { Text = "what is the capital of France?" }] }],
    }));

    private static KeyValuePair<string, InputRequest> Roots() => new("client_roots", InputRequest.ForRootsList(new ListRootsRequestParams()));

    private static IEnumerable<KeyValuePair<string, InputRequest>> Declared(RequestContext<CallToolRequestParams> request)
    {
        ClientCapabilities? client = request.Server.ClientCapabilities;
        return [.. client?.Sampling is null ? [] : new[] { Sample("greeting") }, .. client?.Elicitation is null ? [] : new[] { Name("user_name") }];
    }

    private static bool Has(RequestContext<CallToolRequestParams> request, params string[] keys) =>
        keys.All(key => request.Params.InputResponses?.TryGetValue(key, out InputResponse? response) == true && response.RawValue.ValueKind == JsonValueKind.Object);

    private static ValueTask<CallToolResult> Finish(RequestContext<CallToolRequestParams> request, bool isDone, string? state, params KeyValuePair<string, InputRequest>[] questions) =>
        isDone ? ValueTask.FromResult(Samples.Said($"{request.Params.Name}: state-ok"))
        : throw new InputRequiredException(new Dictionary<string, InputRequest>(questions), state is null ? null : $"{state}.{Sign(state)}");

    // What a client brings back is only believed with our signature.
    private static string? State(RequestContext<CallToolRequestParams> request)
    {
        if (request.Params.RequestState is not string signed)
        {
            return null;
        }

        string state = signed.Split('.')[0];
        return signed == $"{state}.{Sign(state)}" ? state : throw new McpProtocolException("the state is not as it was given", McpErrorCode.InvalidParams);
    }

    private static string Sign(string state) => Convert.ToHexStringLower(HMACSHA256.HashData(s_key, Encoding.UTF8.GetBytes(state)));
}
