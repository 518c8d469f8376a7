using System.Diagnostics.CodeAnalysis;

namespace AgentSandbox.Grpc.Wire;

/// <summary>A message above the cap: the call ends with RESOURCE_EXHAUSTED.</summary>
[SuppressMessage("Design", "CA1032", Justification = "made in this assembly only, always with a size")]
internal sealed class MessageTooLargeException(string what, long bytes, int maxBytes)
    : Exception($"{what} of {bytes} bytes is larger than the limit of {maxBytes} bytes");
