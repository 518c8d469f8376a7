using System.Text;
using System.Text.Json;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace AgentSandbox.Mcp.Gateway;

/// <summary>Keeps the answer of a server within a bound, and says so.</summary>
internal static class ResultCut
{
    /// <summary>The answer, without the server's own metadata.</summary>
    /// <param name="result">As the server gave it.</param>
    /// <param name="most">The most that it may have, in bytes of JSON.</param>
    public static CallToolResult Of(CallToolResult result, long most)
    {
        long left = most;
        List<ContentBlock> kept = [];
        bool isCut = false;
        foreach (ContentBlock block in result.Content)
        {
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

    // As JSON, a character may have six bytes.
    private static string Start(string text, long bytes)
    {
        int length = (int)Math.Min(text.Length, bytes / 6);
        return text[..(length > 0 && char.IsHighSurrogate(text[length - 1]) ? length - 1 : length)];
    }
}
