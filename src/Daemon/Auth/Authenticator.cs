using AgentSandbox.Access;

namespace AgentSandbox.Daemon.Auth;

/// <summary>Says who calls: the peer of the connection, and the API key if one comes along. Nothing else that is sent counts.</summary>
/// <param name="keys">The keys.</param>
public sealed class Authenticator(ApiKeyStore keys)
{
    /// <summary>The name of the header.</summary>
    public const string Header = "authorization";

    private const string Scheme = "Bearer ";

    /// <summary>The caller of one call.</summary>
    /// <param name="peer">The connection's peer.</param>
    /// <param name="authorization">The values of the call's <c>authorization</c> headers.</param>
    /// <exception cref="UnauthenticatedException">There is a key, and it is not good. A call with a bad key is never taken for one without.</exception>
    public Caller Authenticate(Peer peer, params IEnumerable<string?> authorization)
    {
        string?[] values = [.. authorization];
        if (values.Length == 0)
        {
            return new Caller(peer.Identity, peer.Unit, null);
        }

        bool isBearer = values is [string value] && value.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase);
        ApiKeyText text = (isBearer ? ApiKeyText.Parse(values[0]![Scheme.Length..].Trim()) : null)
            ?? throw new UnauthenticatedException(AuthenticationFailure.MalformedKey, $"the {Header} header is not one 'Bearer ask_...'");
        ApiKey key = keys.Verify(text, peer.Identity.Uid);
        return new Caller(peer.Identity, peer.Unit, new CallerKey(key.Id, key.Name, key.Roles));
    }
}
