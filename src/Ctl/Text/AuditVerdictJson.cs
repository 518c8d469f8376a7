using System.Text.Json.Serialization;

namespace AgentSandbox.Ctl.Text;

/// <summary>The JSON form of a verdict, generated at compile time.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(AuditVerdictReport))]
internal sealed partial class AuditVerdictJson : JsonSerializerContext;
