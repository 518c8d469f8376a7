namespace Grpc.Core;

/// <summary>Which side of a method streams.</summary>
public enum MethodType
{
    /// <summary>One request, one answer.</summary>
    Unary,

    /// <summary>Many requests, one answer.</summary>
    ClientStreaming,

    /// <summary>One request, many answers.</summary>
    ServerStreaming,

    /// <summary>Many requests, many answers, independently.</summary>
    DuplexStreaming,
}
