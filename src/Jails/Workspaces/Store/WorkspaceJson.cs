using System.Text.Json.Serialization;

namespace AgentSandbox.Jails.Workspaces.Store;

/// <summary>The JSON of what is kept of workspaces.</summary>
[JsonSourceGenerationOptions(RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(WorkspaceState))]
internal sealed partial class WorkspaceJson : JsonSerializerContext;
