using System.Text.Json.Serialization;

namespace AgentSandbox.Ctl.Policy;

/// <summary>The JSON form of what a policy says, generated at compile time.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, UseStringEnumConverter = true)]
[JsonSerializable(typeof(PolicyCheckReport))]
[JsonSerializable(typeof(WhoCanReport))]
internal sealed partial class PolicyJson : JsonSerializerContext;
