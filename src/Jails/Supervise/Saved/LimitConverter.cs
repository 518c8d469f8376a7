using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using AgentSandbox.Jails.Policy;

namespace AgentSandbox.Jails.Supervise;

/// <summary>Writes a limit as its value, and none as null.</summary>
internal sealed class LimitConverter<T> : JsonConverter<Limit<T>>
    where T : struct, IComparable<T>
{
    public override bool HandleNull => true;

    public override Limit<T> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.Null ? Limit<T>.Max : JsonSerializer.Deserialize(ref reader, (JsonTypeInfo<T>)options.GetTypeInfo(typeof(T)));

    public override void Write(Utf8JsonWriter writer, Limit<T> value, JsonSerializerOptions options)
    {
        if (value.IsMax)
        {
            writer.WriteNullValue();
        }
        else
        {
            JsonSerializer.Serialize(writer, value.Value, (JsonTypeInfo<T>)options.GetTypeInfo(typeof(T)));
        }
    }
}
