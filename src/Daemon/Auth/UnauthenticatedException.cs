namespace AgentSandbox.Daemon.Auth;

/// <summary>A caller that was refused: it is not known who it is.</summary>
/// <param name="failure">Why.</param>
/// <param name="message">What the caller is told.</param>
/// <param name="keyId">The id of the key, as the caller gave it; null if it gave none.</param>
public sealed class UnauthenticatedException(AuthenticationFailure failure, string message, string? keyId = null) : Exception(message)
{
    /// <summary>Why.</summary>
    public AuthenticationFailure Failure { get; } = failure;

    /// <summary>The id of the key, as the caller gave it; null if it gave none.</summary>
    public string? KeyId { get; } = keyId;
}
