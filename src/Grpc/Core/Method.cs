namespace Grpc.Core;

/// <summary>A method of a service, and how its messages become bytes.</summary>
/// <typeparam name="TRequest">The request.</typeparam>
/// <typeparam name="TResponse">The answer.</typeparam>
/// <param name="type">Which side streams.</param>
/// <param name="serviceName">The service with its package.</param>
/// <param name="name">The method alone.</param>
/// <param name="requestMarshaller">The request's bytes.</param>
/// <param name="responseMarshaller">The answer's bytes.</param>
public sealed class Method<TRequest, TResponse>(
    MethodType type, string serviceName, string name, Marshaller<TRequest> requestMarshaller, Marshaller<TResponse> responseMarshaller) : IMethod
{
    /// <inheritdoc/>
    public MethodType Type => type;

    /// <inheritdoc/>
    public string ServiceName => serviceName;

    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public string FullName { get; } = $"/{serviceName}/{name}";

    /// <summary>The request's bytes.</summary>
    public Marshaller<TRequest> RequestMarshaller => requestMarshaller;

    /// <summary>The answer's bytes.</summary>
    public Marshaller<TResponse> ResponseMarshaller => responseMarshaller;
}
