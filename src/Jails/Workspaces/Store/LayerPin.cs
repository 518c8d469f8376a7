using System.Collections.Immutable;

namespace AgentSandbox.Jails.Workspaces.Store;

/// <summary>Somebody looks at layers: they stay until it is disposed.</summary>
/// <param name="layers">The layers.</param>
/// <param name="release">Takes it from the list.</param>
internal sealed class LayerPin(ImmutableArray<LayerRef> layers, Action<LayerPin> release) : IDisposable
{
    /// <summary>The layers.</summary>
    internal ImmutableArray<LayerRef> Layers => layers;

    public void Dispose() => release(this);
}
