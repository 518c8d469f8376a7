using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace AgentSandbox.Ctl.Servers;

/// <summary>JSON without reflection.</summary>
[JsonSerializable(typeof(JsonObject))]
[JsonSourceGenerationOptions(WriteIndented = true)]
internal sealed partial class PinJson : JsonSerializerContext;
