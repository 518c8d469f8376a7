using System.Collections.Immutable;

namespace Grpc.Core;

/// <summary>The methods of a service with what serves them: what <c>BindService</c> of a generated service gives.</summary>
public sealed partial class ServerServiceDefinition
{
    private readonly ImmutableArray<Action<ServiceBinderBase>> _methods;

    private ServerServiceDefinition(ImmutableArray<Action<ServiceBinderBase>> methods) => _methods = methods;

    /// <summary>Starts a definition.</summary>
    public static Builder CreateBuilder() => new();

    /// <summary>Gives the methods to a binder, one by one.</summary>
    internal void BindService(ServiceBinderBase binder)
    {
        foreach (Action<ServiceBinderBase> add in _methods)
        {
            add(binder);
        }
    }
}
