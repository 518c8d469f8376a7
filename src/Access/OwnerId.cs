using System.Globalization;

namespace AgentSandbox.Access;

/// <summary>To whom a jail belongs: the uid that made it and, if it came with an API key, that key. Two owners with one uid do not see each other's jails:
/// agents that run as one user are kept apart by their keys.</summary>
/// <param name="Uid">The uid.</param>
/// <param name="Key">The id of the key, or null.</param>
public readonly record struct OwnerId(uint Uid, string? Key)
{
    /// <summary><c>uid:1000</c> or <c>uid:1000/key:ID</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"uid:{Uid}{(Key is null ? "" : $"/key:{Key}")}");
}
