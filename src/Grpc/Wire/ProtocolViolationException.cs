using System.Diagnostics.CodeAnalysis;

namespace AgentSandbox.Grpc.Wire;

/// <summary>The bytes are no gRPC: the call ends with INTERNAL.</summary>
[SuppressMessage("Design", "CA1032", Justification = "made in this assembly only, always with a reason")]
internal sealed class ProtocolViolationException(string message, Exception? inner = null) : Exception(message, inner);
