using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace AgentSandbox.Audit;

/// <summary>Puts a record together. A null adds nothing. Free texts, arguments and environments lose their secrets here.</summary>
public sealed partial class AuditRecordBuilder
{
    /// <summary>The most that is kept of a command's arguments, and of its environment, in characters.</summary>
    public const int MaxListLength = 32 * 1024;

    private static readonly JsonWriterOptions s_options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly AuditKind _kind;
    private readonly string _message;
    private readonly ImmutableArray<AuditField>.Builder _fields = ImmutableArray.CreateBuilder<AuditField>();
    private AuditPriority _priority;

    internal AuditRecordBuilder(AuditKind kind, string message)
    {
        _kind = kind;
        _priority = AuditKinds.Of(kind).Priority;
        _message = Valid(Redactor.Text(message));
    }

    /// <summary>Makes it more or less urgent than its kind usually is.</summary>
    public AuditRecordBuilder Priority(AuditPriority priority)
    {
        _priority = priority;
        return this;
    }

    /// <summary>Adds a command's arguments, without secrets, at most <see cref="MaxListLength"/> of them.</summary>
    public AuditRecordBuilder Arguments(IReadOnlyList<string> arguments) => Add(AuditFieldName.Arguments, List(Redactor.Arguments(arguments)));

    /// <summary>Adds a command's environment (<c>NAME=value</c>), without secrets, at most <see cref="MaxListLength"/> of it.</summary>
    public AuditRecordBuilder Environment(IReadOnlyList<string> environment) => Add(AuditFieldName.Environment, List(Redactor.Environment(environment)));

    /// <summary>The record.</summary>
    public AuditRecord Build() => new(_kind, _priority, _message, _fields.ToImmutable());

    private AuditRecordBuilder Add(AuditFieldName name, string? value) => Add(name, value, isNumber: false);

    private AuditRecordBuilder Add(AuditFieldName name, long? value) => Add(name, value?.ToString(CultureInfo.InvariantCulture), isNumber: true);

    private AuditRecordBuilder AddFree(AuditFieldName name, string? value) => Add(name, value is null ? null : Redactor.Text(value));

    // Twice the same is once: the journal keeps no more of it.
    private AuditRecordBuilder Add(AuditFieldName name, string? value, bool isNumber)
    {
        if (value is not null)
        {
            AuditField field = new(AuditField.NameOf(name), Valid(value), isNumber);
            if (!_fields.Contains(field))
            {
                _fields.Add(field);
            }
        }

        return this;
    }

    private static string List(IEnumerable<string> values)
    {
        System.Buffers.ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter writer = new(buffer, s_options))
        {
            int left = MaxListLength;
            writer.WriteStartArray();
            foreach (string value in values)
            {
                if (value.Length > left)
                {
                    writer.WriteStringValue("(cut)");
                    break;
                }

                writer.WriteStringValue(Valid(value));
                left -= value.Length;
            }

            writer.WriteEndArray();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    // What is no Unicode would come back from UTF-8 as something else, and its hash with it.
    private static string Valid(string text)
    {
        foreach (char c in text)
        {
            if (char.IsSurrogate(c))
            {
                return Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
            }
        }

        return text;
    }
}
