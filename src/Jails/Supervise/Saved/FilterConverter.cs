using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using AgentSandbox.Kernel;

namespace AgentSandbox.Jails.Supervise;

/// <summary>Writes a seccomp filter as its bytes, in base64.</summary>
internal sealed class FilterConverter : JsonConverter<ImmutableArray<sock_filter>>
{
    public override ImmutableArray<sock_filter> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        [.. MemoryMarshal.Cast<byte, sock_filter>(reader.GetBytesFromBase64())];

    public override void Write(Utf8JsonWriter writer, ImmutableArray<sock_filter> value, JsonSerializerOptions options) =>
        writer.WriteBase64StringValue(MemoryMarshal.AsBytes(value.AsSpan()));
}
