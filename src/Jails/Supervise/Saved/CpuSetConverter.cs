using System.Text.Json;
using System.Text.Json.Serialization;
using AgentSandbox.Jails.Policy;

namespace AgentSandbox.Jails.Supervise;

/// <summary>Writes a set of CPUs as people do: <c>0-3,6</c>.</summary>
internal sealed class CpuSetConverter : JsonConverter<CpuSet>
{
    public override CpuSet Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        CpuSet.TryParse(reader.GetString()!, out CpuSet? set) ? set! : throw new JsonException("not a set of CPUs");

    public override void Write(Utf8JsonWriter writer, CpuSet value, JsonSerializerOptions options) => writer.WriteStringValue(value.Text);
}
