using System.Collections.Immutable;
using AgentSandbox.Access;
using AgentSandbox.Jails.Policy;

namespace AgentSandbox.Daemon.Auth;

/// <summary>The API keys. Each change is on the disk before it is answered; only the time of the last use is written later, by <see cref="Flush"/>.</summary>
public sealed class ApiKeyStore : IDisposable
{
    private const string NotValid = "the API key is not valid";
    private static readonly StoredApiKey s_nobody = StoredApiKey.From(new ApiKey { Id = "", Name = "", Roles = [], CreatedAt = default, CreatedBy = "" }, ApiKeyText.Create().Secret);

    private readonly Lock _gate = new();
    private readonly ApiKeyFile _file;
    private readonly TimeProvider _clock;
    private readonly Dictionary<string, StoredApiKey> _keys;
    private bool _isBehind;

    /// <summary>The keys that are kept in <paramref name="directory"/>.</summary>
    /// <param name="directory">The daemon's directory of state, which nobody else may write.</param>
    /// <param name="clock">The clock of creation, expiry and last use.</param>
    /// <exception cref="InvalidDataException">The file is damaged, or others could have read or written it.</exception>
    public ApiKeyStore(string directory, TimeProvider clock)
    {
        _file = new ApiKeyFile(directory);
        _clock = clock;
        _keys = _file.Read().ToDictionary(key => key.Key.Id, StringComparer.Ordinal);
    }

    /// <summary>All keys, the oldest first.</summary>
    public ImmutableArray<ApiKey> List()
    {
        lock (_gate)
        {
            return [.. _keys.Values.Select(stored => stored.Key).OrderBy(key => key.CreatedAt).ThenBy(key => key.Id, StringComparer.Ordinal)];
        }
    }

    /// <summary>Makes a key.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="roles">Its roles; whether the caller may give them is the policy's question.</param>
    /// <param name="uid">The only uid that may use it; null: any.</param>
    /// <param name="lifetime">How long it is of use; null: for ever.</param>
    /// <param name="by">Who makes it.</param>
    /// <returns>The key, and its text, which nobody can get again.</returns>
    /// <exception cref="PolicyException">The name is none or taken, there is no role, or the time is not ahead.</exception>
    /// <exception cref="IOException">It cannot be written; there is no new key.</exception>
    public (ApiKey Key, string Text) Create(string name, ImmutableArray<string> roles, uint? uid, TimeSpan? lifetime, OwnerId by)
    {
        DateTimeOffset now = _clock.GetUtcNow();
        Check(name, roles, lifetime, now);
        ApiKeyText text = ApiKeyText.Create();
        ApiKey key = new() { Id = text.Id, Name = name, Roles = roles, Uid = uid, CreatedAt = now, CreatedBy = by.ToString(), ExpiresAt = now + lifetime };
        lock (_gate)
        {
            if (_keys.Values.Any(one => one.Key.Name == name && one.Key.RevokedAt is null))
            {
                throw new PolicyException("name", $"there is a key '{name}' already: revoke it, or choose another name");
            }

            Replace(StoredApiKey.From(key, text.Secret));
        }

        return (key, text.Reveal());
    }

    /// <summary>Revokes a key, for good. One that is revoked already stays as it is.</summary>
    /// <param name="idOrName">Its id, or its name if it is not revoked.</param>
    /// <param name="by">Who revokes it.</param>
    /// <returns>The key; null if there is none.</returns>
    /// <exception cref="IOException">It cannot be written; the key is still of use.</exception>
    public ApiKey? Revoke(string idOrName, OwnerId by)
    {
        lock (_gate)
        {
            StoredApiKey? found = _keys.GetValueOrDefault(idOrName) ?? _keys.Values.FirstOrDefault(one => one.Key.Name == idOrName && one.Key.RevokedAt is null);
            if (found is null || found.Key.RevokedAt is not null)
            {
                return found?.Key;
            }

            StoredApiKey revoked = found with { Key = found.Key with { RevokedAt = _clock.GetUtcNow(), RevokedBy = by.ToString() } };
            Replace(revoked);
            return revoked.Key;
        }
    }

    /// <summary>Writes when keys were last used, if that has changed. For now and then, and for the end.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void Flush()
    {
        lock (_gate)
        {
            if (_isBehind)
            {
                Write();
            }
        }
    }

    /// <summary>As <see cref="Flush"/>.</summary>
    public void Dispose() => Flush();

    /// <summary>The key that <paramref name="text"/> is. An unknown one takes as long as one with a wrong secret.</summary>
    /// <exception cref="UnauthenticatedException">It is none, or of no use to <paramref name="uid"/> now.</exception>
    internal ApiKey Verify(ApiKeyText text, uint uid)
    {
        lock (_gate)
        {
            DateTimeOffset now = _clock.GetUtcNow();
            StoredApiKey? found = _keys.GetValueOrDefault(text.Id);
            bool matches = (found ?? s_nobody).Matches(text.Secret);
            ApiKey? key = matches ? found?.Key : null;
            (AuthenticationFailure Failure, string Message)? refused = key switch
            {
                null => (AuthenticationFailure.UnknownKey, NotValid),
                { RevokedAt: not null } => (AuthenticationFailure.RevokedKey, NotValid),
                _ when key.ExpiresAt <= now => (AuthenticationFailure.ExpiredKey, "the API key has expired: have a new one made"),
                _ when key.Uid is uint only && only != uid => (AuthenticationFailure.KeyOfAnotherUid, "the API key is bound to another user"),
                _ => null,
            };
            if (refused is (AuthenticationFailure failure, string message))
            {
                throw new UnauthenticatedException(failure, message, text.Id);
            }

            key = key! with { LastUsedAt = now };
            _keys[key.Id] = found! with { Key = key };
            _isBehind = true;
            return key;
        }
    }

    private static void Check(string name, ImmutableArray<string> roles, TimeSpan? lifetime, DateTimeOffset now)
    {
        if (!Role.IsName(name))
        {
            throw new PolicyException("name", $"'{name}' is no key's name: a lower-case letter, then up to 31 of a-z 0-9 -");
        }

        if (roles.IsDefaultOrEmpty)
        {
            throw new PolicyException("roles", "a key without a role is of no use: name one");
        }

        if (lifetime is TimeSpan time && (time <= TimeSpan.Zero || time > DateTimeOffset.MaxValue - now))
        {
            throw new PolicyException("lifetime", "must be ahead of now, and end before the year 10,000");
        }
    }

    // What could not be written has not happened.
    private void Replace(StoredApiKey key)
    {
        StoredApiKey? before = _keys.GetValueOrDefault(key.Key.Id);
        _keys[key.Key.Id] = key;
        try
        {
            Write();
        }
        catch
        {
            if (before is null)
            {
                _keys.Remove(key.Key.Id);
            }
            else
            {
                _keys[key.Key.Id] = before;
            }

            throw;
        }
    }

    private void Write()
    {
        _file.Write([.. _keys.Values.OrderBy(stored => stored.Key.CreatedAt).ThenBy(stored => stored.Key.Id, StringComparer.Ordinal)]);
        _isBehind = false;
    }
}
