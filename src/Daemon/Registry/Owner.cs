namespace AgentSandbox.Daemon.Registry;

/// <summary>To whom a jail belongs.</summary>
/// <param name="Uid">The user.</param>
/// <param name="KeyId">The API key with which the user made it; empty: none.</param>
internal readonly record struct Owner(uint Uid, string KeyId);
