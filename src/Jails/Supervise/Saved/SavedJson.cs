using System.Text.Json.Serialization;
using AgentSandbox.Jails.Plan;
using AgentSandbox.Jails.Policy;

namespace AgentSandbox.Jails.Supervise;

/// <summary>The JSON of what outlives a run of this program.</summary>
[JsonSourceGenerationOptions(
    RespectRequiredConstructorParameters = true,
    Converters =
    [
        typeof(LimitConverter<ByteSize>), typeof(LimitConverter<long>), typeof(LimitConverter<decimal>), typeof(LimitConverter<TimeSpan>),
        typeof(FilterConverter), typeof(CpuSetConverter), typeof(EnvironmentConverter),
    ])]
[JsonSerializable(typeof(JailState))]
[JsonSerializable(typeof(CommandState))]
[JsonSerializable(typeof(ByteSize))]
[JsonSerializable(typeof(long))]
[JsonSerializable(typeof(decimal))]
[JsonSerializable(typeof(TimeSpan))]
public sealed partial class SavedJson : JsonSerializerContext;
