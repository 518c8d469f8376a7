using System.Text.Json.Nodes;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace AgentSandbox.Tests.Interop.Mcp;

/// <summary>Tools that answer with one kind of content or another, and tools that say something on their way.</summary>
internal static class ContentTools
{
    /// <summary>By name.</summary>
    public static IEnumerable<KeyValuePair<string, FixtureTool>> All { get; } = new Dictionary<string, FixtureTool>
    {
        ["test_simple_text"] = (_, _) => Answer(new TextContentBlock { Text = "a text" }),
        ["test_image_content"] = (_, _) => Answer(Samples.Image()),
        ["test_audio_content"] = (_, _) => Answer(AudioContentBlock.FromBytes(Samples.Wav, "audio/wav")),
        ["test_embedded_resource"] = (_, _) => Answer(Samples.Embedded("test://embedded-resource", "text/plain", "an embedded text")),
        ["test_multiple_content_types"] = (_, _) => Answer(new TextContentBlock { Text = "three kinds" }, Samples.Image(), Samples.Embedded("test://mixed-content-resource", "application/json", """{"kind":"third"}""")),
        ["test_error_handling"] = (_, _) => ValueTask.FromResult(new CallToolResult { Content = [new TextContentBlock { Text = "this tool always fails" }], IsError = true }),
        ["test_tool_with_logging"] = LogAsync,
        ["test_tool_with_progress"] = ProgressAsync,
        ["test_logging_tool"] = (_, _) => Answer(new TextContentBlock { Text = "nobody asked for its log" }),
        ["test_streaming_elicitation"] = (_, _) => Answer(new TextContentBlock { Text = "nothing is asked on the stream" }),
    };

    private static ValueTask<CallToolResult> Answer(params ContentBlock[] content) => ValueTask.FromResult(new CallToolResult { Content = [.. content] });

    private static async ValueTask<CallToolResult> LogAsync(RequestContext<CallToolRequestParams> request, CancellationToken cancelled)
    {
        foreach (string said in new[] { "it begins", "it goes on", "it is done" })
        {
            JsonRpcNotification message = new() { Method = NotificationMethods.LoggingMessageNotification, Params = new JsonObject { ["level"] = "info", ["data"] = said } };
            await request.Server.SendMessageAsync(message, cancelled);
        }

        return Samples.Said("three lines were logged");
    }

    private static async ValueTask<CallToolResult> ProgressAsync(RequestContext<CallToolRequestParams> request, CancellationToken cancelled)
    {
        foreach (int done in request.Params.ProgressToken is null ? [] : new[] { 0, 50, 100 })
        {
            await request.Server.NotifyProgressAsync(request.Params.ProgressToken!.Value, new ProgressNotificationValue { Progress = done, Total = 100 }, cancellationToken: cancelled);
        }

        return Samples.Said("it is done");
    }
}
