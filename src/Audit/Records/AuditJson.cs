using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace AgentSandbox.Audit;

/// <summary>Entries as lines of JSON: one object each, fields in small letters, the chain in <c>sequence</c>, <c>previous</c> and <c>hash</c>.</summary>
public static class AuditJson
{
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'";

    private static readonly JsonWriterOptions s_writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    // An object that says the same thing twice would be read as one thing by us and as another by other programs.
    private static readonly JsonDocumentOptions s_reading = new() { MaxDepth = 4, AllowDuplicateProperties = false };

    /// <summary>The line of <paramref name="entry"/>, with its line feed.</summary>
    public static byte[] WriteLine(AuditEntry entry)
    {
        ArrayBufferWriter<byte> line = new(1024);
        using (Utf8JsonWriter writer = new(line, s_writing))
        {
            writer.WriteStartObject();
            writer.WriteNumber("sequence", entry.Sequence);
            writer.WriteString("time", entry.Time.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture));
            writer.WriteString("kind", AuditKinds.Of(entry.Record.Kind).Name);
            writer.WriteNumber("priority", (int)entry.Record.Priority);
            writer.WriteString("message", entry.Record.Message);
            writer.WriteStartObject("fields");
            WriteFields(writer, entry.Record.Fields);
            writer.WriteEndObject();
            writer.WriteString("previous", entry.PreviousHash);
            writer.WriteString("hash", entry.Hash);
            writer.WriteEndObject();
        }

        line.Write("\n"u8);
        return line.WrittenSpan.ToArray();
    }

    /// <summary>The entry of a line. Whether its hash is right is not looked at.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static AuditEntry Read(ReadOnlyMemory<byte> line)
    {
        try
        {
            using var document = JsonDocument.Parse(line, s_reading);
            JsonElement root = document.RootElement;
            if (root.EnumerateObject().Count() != 8)
            {
                throw new FormatException("a member too many, or one is missing");
            }

            AuditKindInfo kind = AuditKinds.Find(root.GetProperty("kind").GetString()!) ?? throw new FormatException($"no kind '{root.GetProperty("kind")}'");
            var time = DateTimeOffset.ParseExact(root.GetProperty("time").GetString()!, TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
            AuditRecord record = new(kind.Kind, (AuditPriority)root.GetProperty("priority").GetInt32(), root.GetProperty("message").GetString()!, [.. ReadFields(root.GetProperty("fields"))]);
            return new(root.GetProperty("sequence").GetInt64(), time, record, root.GetProperty("previous").GetString()!, root.GetProperty("hash").GetString()!);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new FormatException($"no record: {e.Message}", e);
        }
    }

    // A name that stands several times becomes an array.
    private static void WriteFields(Utf8JsonWriter writer, ImmutableArray<AuditField> fields)
    {
        for (int i = 0; i < fields.Length; i++)
        {
            string name = fields[i].Name;
            if (fields[..i].Any(field => field.Name == name))
            {
                continue;
            }

            AuditField[] same = [.. fields[i..].Where(field => field.Name == name)];
            writer.WritePropertyName(name.ToLowerInvariant());
            if (same.Length == 1)
            {
                WriteValue(writer, same[0]);
                continue;
            }

            writer.WriteStartArray();
            foreach (AuditField field in same)
            {
                WriteValue(writer, field);
            }

            writer.WriteEndArray();
        }
    }

    private static void WriteValue(Utf8JsonWriter writer, AuditField field)
    {
        if (field.IsNumber)
        {
            writer.WriteRawValue(field.Value);
        }
        else
        {
            writer.WriteStringValue(field.Value);
        }
    }

    private static IEnumerable<AuditField> ReadFields(JsonElement fields)
    {
        foreach (JsonProperty member in fields.EnumerateObject())
        {
            string name = member.Name.ToUpperInvariant();
            if (!AuditField.IsName(name))
            {
                throw new FormatException($"no field name: '{member.Name}'");
            }

            IEnumerable<JsonElement> values = member.Value.ValueKind == JsonValueKind.Array ? member.Value.EnumerateArray() : [member.Value];
            foreach (JsonElement value in values)
            {
                yield return value.ValueKind == JsonValueKind.Number ? new(name, value.GetRawText(), isNumber: true) : new(name, value.GetString() ?? throw new FormatException($"{name} is null"), isNumber: false);
            }
        }
    }
}
