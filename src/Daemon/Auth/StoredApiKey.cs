using System.Security.Cryptography;

namespace AgentSandbox.Daemon.Auth;

/// <summary>An API key with what its secret is checked against.</summary>
/// <param name="Key">The key.</param>
/// <param name="Salt">16 random bytes.</param>
/// <param name="Hash">SHA-256 of salt and secret. A slow hash would protect secrets that can be guessed; one of 256 random bits cannot.</param>
internal sealed record StoredApiKey(ApiKey Key, byte[] Salt, byte[] Hash)
{
    private const int SaltBytes = 16;

    public static StoredApiKey From(ApiKey key, byte[] secret)
    {
        byte[] salt = RandomNumberGenerator.GetBytes(SaltBytes);
        return new(key, salt, SHA256.HashData([.. salt, .. secret]));
    }

    /// <summary>True if <paramref name="secret"/> is the key's. It takes the same time either way.</summary>
    public bool Matches(byte[] secret) => CryptographicOperations.FixedTimeEquals(SHA256.HashData([.. Salt, .. secret]), Hash);
}
