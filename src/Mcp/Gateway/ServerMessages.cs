using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace AgentSandbox.Mcp.Gateway;

/// <summary>Reads what a server says: messages of the protocol, answers to what it was asked, and not too much that nobody asked for.</summary>
/// <param name="time">The clock.</param>
internal sealed class ServerMessages(TimeProvider time)
{
    private const int MaxUnasked = 1000;
    private const int MaxQuote = 60;
    private static readonly TimeSpan s_window = TimeSpan.FromSeconds(10);
    private static readonly JsonTypeInfo<JsonRpcMessage> s_message = (JsonTypeInfo<JsonRpcMessage>)McpJsonUtilities.DefaultOptions.GetTypeInfo(typeof(JsonRpcMessage));

    private readonly Lock _lock = new();
    private readonly HashSet<RequestId> _asked = []; // a call that is cancelled may be answered nevertheless, and stays here if it is not
    private long _windowStart = time.GetTimestamp();
    private int _unasked;

    /// <summary>A message for the server, as a line. What it asks may be answered.</summary>
    public byte[] Write(JsonRpcMessage message)
    {
        if (message is JsonRpcRequest request)
        {
            lock (_lock)
            {
                _asked.Add(request.Id);
            }
        }

        return [.. JsonSerializer.SerializeToUtf8Bytes(message, s_message), (byte)'\n'];
    }

    /// <summary>A message of the server's.</summary>
    /// <exception cref="ServerFaultException">It is none, nobody asked for it, or there are too many.</exception>
    public JsonRpcMessage Read(ReadOnlySpan<byte> line)
    {
        JsonRpcMessage message = Parse(line);
        lock (_lock)
        {
            if (message is JsonRpcMessageWithId and not JsonRpcRequest)
            {
                RequestId id = ((JsonRpcMessageWithId)message).Id;
                return _asked.Remove(id) ? message : throw new ServerFaultException($"answered what nobody asked (id {Visible($"{id}")})");
            }

            if (time.GetElapsedTime(_windowStart) > s_window)
            {
                _windowStart = time.GetTimestamp();
                _unasked = 0;
            }

            return ++_unasked <= MaxUnasked ? message : throw new ServerFaultException($"sent more than {MaxUnasked} messages that nobody asked for within {s_window.TotalSeconds} s");
        }
    }

    /// <summary>The beginning of a text of a server's, on one line and without what cannot be seen.</summary>
    public static string Visible(string text) => string.Concat(text[..Math.Min(text.Length, MaxQuote)].Select(c => c is > ' ' and < (char)0x7f ? c : c == ' ' ? ' ' : '?'));

    private static JsonRpcMessage Parse(ReadOnlySpan<byte> line)
    {
        try
        {
            if (JsonSerializer.Deserialize(line, s_message) is JsonRpcMessage message)
            {
                return message;
            }
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException or FormatException)
        {
            throw Garbage(line);
        }

        throw Garbage(line);
    }

    private static ServerFaultException Garbage(ReadOnlySpan<byte> line) =>
        new($"wrote a line that is no message of the protocol: '{Visible(Encoding.UTF8.GetString(line[..Math.Min(line.Length, MaxQuote)]))}'");
}
