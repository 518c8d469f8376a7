using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace AgentSandbox.Audit;

/// <summary>Reads the daemon's entries from what journalctl prints: <c>-o export</c>, or <c>-o json -a</c>.</summary>
/// <remarks>Source: systemd, JOURNAL_EXPORT_FORMATS.md. Entries of others that look like the daemon's are told apart by the <c>_UID</c> that journald adds.</remarks>
public static class JournalReader
{
    /// <summary>The arguments of journalctl that print the daemon's entries, oldest first.</summary>
    public static IReadOnlyList<string> Arguments { get; } = ["--no-pager", "--quiet", "-o", "export", $"SYSLOG_IDENTIFIER={JournalSink.Identifier}", "_UID=0"];

    /// <summary>The entries of <paramref name="stream"/>, in its order; what is not of the audit trail is passed over.</summary>
    /// <param name="stream">What journalctl printed.</param>
    /// <param name="uid">Whose entries count.</param>
    /// <exception cref="FormatException">It is neither format.</exception>
    public static IEnumerable<AuditLine> Read(Stream stream, uint uid = 0)
    {
        ByteLines lines = new(stream);
        string user = uid.ToString(CultureInfo.InvariantCulture);
        for (long number = 1; ReadFields(lines) is { } fields; number++)
        {
            JournalEntry entry = new(fields);
            if (entry.IsAudit && entry.First("_UID") == user)
            {
                yield return entry.Parse($"journal, entry {number}");
            }
        }
    }

    private static List<KeyValuePair<string, string?>>? ReadFields(ByteLines lines)
    {
        List<KeyValuePair<string, string?>> fields = [];
        while (lines.TryRead(out ReadOnlyMemory<byte> line))
        {
            ReadOnlySpan<byte> text = line.Span;
            if (text.IsEmpty)
            {
                if (fields.Count > 0)
                {
                    return fields;
                }
            }
            else if (text[0] == '{')
            {
                return [.. ReadJson(line)];
            }
            else if (text.IndexOf((byte)'=') is int equals and > 0)
            {
                fields.Add(new(Encoding.UTF8.GetString(text[..equals]), Encoding.UTF8.GetString(text[(equals + 1)..])));
            }
            else
            {
                fields.Add(new(Encoding.UTF8.GetString(text), ReadFramed(lines)));
            }
        }

        return fields.Count > 0 ? fields : lines.HasRest ? throw new FormatException("the journal's text is cut short") : null;
    }

    private static string ReadFramed(ByteLines lines)
    {
        FormatException cut = new("the journal's text is cut short");
        if (!lines.TryTake(sizeof(ulong), out ReadOnlyMemory<byte> prefix))
        {
            throw cut;
        }

        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(prefix.Span);
        if (length >= int.MaxValue || !lines.TryTake((int)length + 1, out ReadOnlyMemory<byte> value) || value.Span[^1] != '\n')
        {
            throw cut;
        }

        return Encoding.UTF8.GetString(value.Span[..^1]);
    }

    // A value is a string, an array of bytes if it has control characters, an array of those if the field stands several times, or null if it is too long.
    private static IEnumerable<KeyValuePair<string, string?>> ReadJson(ReadOnlyMemory<byte> line)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(line);
        }
        catch (JsonException e)
        {
            throw new FormatException($"no JSON of journalctl: {e.Message}", e);
        }

        using (document)
        {
            foreach (JsonProperty member in document.RootElement.EnumerateObject())
            {
                bool several = member.Value.ValueKind == JsonValueKind.Array && member.Value.GetArrayLength() > 0 && member.Value[0].ValueKind != JsonValueKind.Number;
                foreach (JsonElement value in several ? member.Value.EnumerateArray() : (IEnumerable<JsonElement>)[member.Value])
                {
                    yield return new(member.Name, value.ValueKind switch
                    {
                        JsonValueKind.String => value.GetString(),
                        JsonValueKind.Array => Encoding.UTF8.GetString([.. value.EnumerateArray().Select(b => b.GetByte())]),
                        _ => null,
                    });
                }
            }
        }
    }
}
