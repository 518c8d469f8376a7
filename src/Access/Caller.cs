using System.Globalization;
using AgentSandbox.Kernel;

namespace AgentSandbox.Access;

/// <summary>Who asks: what the kernel says of the process that connected, and the API key that came with the call.</summary>
/// <param name="Identity">The user and groups at the moment of connecting.</param>
/// <param name="Unit">The systemd unit, if it is proved: <c>agent.service</c>, or <c>user@1000.service/agent.service</c> of a user's own manager.</param>
/// <param name="Key">The key, or null.</param>
public sealed record Caller(UnixIdentity Identity, string? Unit, CallerKey? Key)
{
    /// <summary>To whom the jails belong that this caller makes.</summary>
    public OwnerId Owner => new(Identity.Uid, Key?.Id);

    /// <summary>For messages: <c>uid 1000</c>, <c>uid 1000 with key 'ci'</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"uid {Identity.Uid}{(Key is null ? "" : $" with key '{Key.Name}'")}");
}
