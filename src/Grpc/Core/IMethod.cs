namespace Grpc.Core;

/// <summary>A method of a service, without its message types.</summary>
public interface IMethod
{
    /// <summary>Which side streams.</summary>
    MethodType Type { get; }

    /// <summary>The service with its package: <c>grpc.health.v1.Health</c>.</summary>
    string ServiceName { get; }

    /// <summary>The method alone: <c>Check</c>.</summary>
    string Name { get; }

    /// <summary>The HTTP path: <c>/grpc.health.v1.Health/Check</c>.</summary>
    string FullName { get; }
}
