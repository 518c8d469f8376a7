using System.Collections.Concurrent;
using AgentSandbox.Access;
using AgentSandbox.Daemon.Registry;
using AgentSandbox.Jails.Policy;
using AgentSandbox.V1;

namespace AgentSandbox.Daemon.Api;

/// <summary>Remembers for a while which jail a caller's key made, so that a call that is repeated makes no second one.</summary>
/// <param name="memory">For how long.</param>
internal sealed class IdempotencyCache(TimeSpan memory)
{
    private readonly ConcurrentDictionary<(OwnerId Owner, string Key), Made> _made = new();

    /// <summary>The jail that this key made, or the one that <paramref name="make"/> makes now. Of calls at once one makes it, and the others wait.</summary>
    /// <exception cref="PolicyException">The key was used for another jail.</exception>
    public JailEntry GetOrAdd((OwnerId Owner, string Key) key, JailConfig config, Func<JailEntry> make)
    {
        Forget();
        Made made = _made.GetOrAdd(key, _ => new Made(config, new Lazy<JailEntry>(make), DateTimeOffset.UtcNow));
        if (!made.Config.Equals(config))
        {
            throw new PolicyException("idempotency_key", "was used for a jail that was to be another: use a new key");
        }

        try
        {
            if (!made.Jail.Value.HasEnded)
            {
                return made.Jail.Value;
            }
        }
        catch
        {
            _made.TryRemove(new(key, made)); // what was refused can be tried again
            throw;
        }

        _made.TryRemove(new(key, made));
        return GetOrAdd(key, config, make);
    }

    private void Forget()
    {
        foreach (((OwnerId, string) key, Made made) in _made)
        {
            if (DateTimeOffset.UtcNow - made.Time > memory)
            {
                _made.TryRemove(new(key, made));
            }
        }
    }

    private sealed record Made(JailConfig Config, Lazy<JailEntry> Jail, DateTimeOffset Time);
}
