using System.Text.Json.Serialization;

namespace AgentSandbox.Daemon.Auth;

/// <summary>How keys are written to their file.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, WriteIndented = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(StoredApiKey[]))]
internal sealed partial class ApiKeyJson : JsonSerializerContext;
