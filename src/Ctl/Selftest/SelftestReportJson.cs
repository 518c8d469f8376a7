using System.Text.Json.Serialization;

namespace AgentSandbox.Ctl.Selftest;

/// <summary>The JSON form of a self-test's report, generated at compile time.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, UseStringEnumConverter = true)]
[JsonSerializable(typeof(SelftestReport))]
internal sealed partial class SelftestReportJson : JsonSerializerContext;
