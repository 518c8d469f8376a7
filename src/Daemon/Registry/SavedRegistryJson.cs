using System.Text.Json.Serialization;

namespace AgentSandbox.Daemon.Registry;

/// <summary>The JSON of what the daemon keeps of its jails.</summary>
[JsonSerializable(typeof(SavedRecord))]
[JsonSerializable(typeof(SavedCommand))]
internal sealed partial class SavedRegistryJson : JsonSerializerContext;
