using System.Buffers;
using System.Text.Json;

namespace AgentSandbox.Mcp.Gateway;

/// <summary>A call of a tool, as it is written down.</summary>
/// <param name="Time">When it began.</param>
/// <param name="Uid">Whose it was; null: the daemon did not say.</param>
/// <param name="Key">The API key that it came with; empty: none.</param>
/// <param name="Server">The server that was named.</param>
/// <param name="Tool">The tool that was named.</param>
/// <param name="Arguments">SHA-256 of the arguments, with members in the order of their names.</param>
/// <param name="Outcome"><c>ok</c>, <c>tool-error</c>, <c>cancelled</c>, or the code of the refusal.</param>
/// <param name="Duration">How long it took.</param>
public sealed record CallLine(DateTimeOffset Time, uint? Uid, string Key, string Server, string Tool, string Arguments, string Outcome, TimeSpan Duration)
{
    /// <summary>As one line of JSON, with its line feed.</summary>
    public byte[] ToJson()
    {
        ArrayBufferWriter<byte> line = new();
        using (Utf8JsonWriter json = new(line))
        {
            json.WriteStartObject();
            json.WriteString("time", Time.UtcDateTime);
            if (Uid is uint uid)
            {
                json.WriteNumber("uid", uid);
            }

            json.WriteString("key", Key);
            json.WriteString("server", Server);
            json.WriteString("tool", Tool);
            json.WriteString("arguments", Arguments);
            json.WriteString("outcome", Outcome);
            json.WriteNumber("durationMs", Math.Round(Duration.TotalMilliseconds, 3));
            json.WriteEndObject();
        }

        line.Write("\n"u8);
        return line.WrittenSpan.ToArray();
    }
}
