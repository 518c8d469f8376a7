using System.Diagnostics.CodeAnalysis;

namespace AgentSandbox.Grpc.Wire;

/// <summary>A message that there is no room for: the call ends with RESOURCE_EXHAUSTED.</summary>
[SuppressMessage("Design", "CA1032", Justification = "made in this assembly only, always with a reason")]
internal sealed class ResourceExhaustedException(string message) : Exception(message)
{
    /// <summary>A message above the cap.</summary>
    public static ResourceExhaustedException TooLarge(string what, long bytes, int maxBytes) =>
        new($"{what} of {bytes} bytes is larger than the limit of {maxBytes} bytes");
}
