using System.Text;
using System.Text.Json;
using AgentSandbox.Mcp.Answers;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace AgentSandbox.Mcp.Gateway;

/// <summary>Keeps the answer of a server within a bound, and says so.</summary>
internal static class ResultCut
{
    /// <summary>The answer, without the server's own metadata.</summary>
    /// <param name="result">As the server gave it.</param>
    /// <param name="server">The server.</param>
    /// <param name="most">The most that it may have, in bytes of JSON.</param>
    public static CallToolResult Of(CallToolResult result, string server, long most)
    {
        long left = most;
        List<ContentBlock> kept = [];
        bool isCut = false;
        foreach (ContentBlock block in result.Content)
        {
            GatewayNames.Address(server, block);
            long size = JsonSerializer.SerializeToUtf8Bytes(block, McpJsonUtilities.DefaultOptions.GetTypeInfo(typeof(ContentBlock))).LongLength;
            if (size <= left)
            {
                kept.Add(block);
                left -= size;
                continue;
            }

            isCut = true;
            if (block is TextContentBlock text)
            {
                kept.Add(new TextContentBlock { Text = Start(text.Text, left) });
            }

            break;
        }

        bool hasRoom = result.StructuredContent is not JsonElement structured || (!isCut && Encoding.UTF8.GetByteCount(structured.GetRawText()) <= left);
        if (isCut || !hasRoom)
        {
            kept.Add(new TextContentBlock { Text = $"[The answer had more than {most} bytes: the rest was left out. Ask for less at once.]" });
        }

        return new CallToolResult
        {
            Content = kept,
            StructuredContent = hasRoom ? result.StructuredContent : null,
            IsError = hasRoom ? result.IsError : true, // without the object that its schema promises it is no answer
        };
    }

    /// <summary>The prompt, without the server's own metadata. It is not cut: half of it would say something else.</summary>
    /// <exception cref="ToolException">It is too large.</exception>
    public static GetPromptResult Of(GetPromptResult result, string server, long most)
    {
        foreach (PromptMessage message in result.Messages)
        {
            GatewayNames.Address(server, message.Content);
        }

        GetPromptResult bare = new() { Description = result.Description, Messages = result.Messages };
        return Within(bare, server, most);
    }

    /// <summary>The contents, without the server's own metadata. They are not cut.</summary>
    /// <exception cref="ToolException">They are too large.</exception>
    public static ReadResourceResult Of(ReadResourceResult result, string server, long most)
    {
        foreach (ResourceContents contents in result.Contents)
        {
            contents.Uri = GatewayNames.AddressOf(server, contents.Uri);
        }

        return Within(new ReadResourceResult { Contents = result.Contents, TimeToLive = TimeSpan.Zero, CacheScope = CacheScope.Private }, server, most);
    }

    private static T Within<T>(T result, string server, long most)
        where T : notnull => JsonSerializer.SerializeToUtf8Bytes(result, McpJsonUtilities.DefaultOptions.GetTypeInfo(typeof(T))).LongLength <= most ? result
        : throw new ToolException(new Refusal($"the answer of {server} is too large", $"it has more than {most} bytes, which its file has as resultLimit", "ask for less") { Code = "RESULT_TOO_LARGE" });

    // As JSON, a character may have six bytes.
    private static string Start(string text, long bytes)
    {
        int length = (int)Math.Min(text.Length, bytes / 6);
        return text[..(length > 0 && char.IsHighSurrogate(text[length - 1]) ? length - 1 : length)];
    }
}
