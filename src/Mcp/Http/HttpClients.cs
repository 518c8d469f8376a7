using System.Security.Cryptography;
using System.Text;
using AgentSandbox.Mcp.Session;
using AgentSandbox.V1;
using Grpc.Core;

namespace AgentSandbox.Mcp.Http;

/// <summary>The clients over HTTP. Each has what belongs to its API key alone; who was not here for an hour is forgotten, and what it has ends.</summary>
/// <param name="connect">Calls the daemon with an API key.</param>
/// <param name="open">Begins a client's session with its calls.</param>
internal sealed class HttpClients(Func<string, CallInvoker> connect, Func<CallInvoker, IClientSession> open) : IAsyncDisposable
{
    private const int MaxClients = 256;
    private const int SessionBytes = 16;
    private static readonly TimeSpan s_memory = TimeSpan.FromHours(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, HttpClientState> _clients = new(StringComparer.Ordinal);

    /// <summary>Whose a key is. Before this is known, nothing is held for it.</summary>
    /// <exception cref="RpcException">The daemon does not take the key, or cannot be reached.</exception>
    public async Task<WhoamiResponse> IdentifyAsync(string key, CancellationToken cancellationToken) =>
        await new V1.Host.HostClient(connect(key)).WhoamiAsync(new WhoamiRequest(), cancellationToken: cancellationToken).ConfigureAwait(false);

    /// <summary>The client of a key, for requests without a session. A request of it begins, so that it is not forgotten meanwhile.</summary>
    public HttpClientState Get(string key) => GetOrAdd(Name(key, ""), key);

    /// <summary>A new session of a key. A request of it begins.</summary>
    /// <returns>Its id, and the client.</returns>
    public (string Id, HttpClientState Client) Open(string key)
    {
        string id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(SessionBytes));
        return (id, GetOrAdd(Name(key, id), key));
    }

    /// <summary>A session of a key; null: there is none, or it is another key's. A request of it begins.</summary>
    public HttpClientState? Find(string key, string session)
    {
        lock (_lock)
        {
            HttpClientState? client = _clients.GetValueOrDefault(Name(key, session));
            client?.Begin();
            return client;
        }
    }

    /// <summary>Ends a session of a key.</summary>
    public async Task CloseAsync(string key, string session)
    {
        HttpClientState? client;
        lock (_lock)
        {
            _clients.Remove(Name(key, session), out client);
        }

        if (client is not null)
        {
            await client.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Forgets who was not here for long.</summary>
    public async Task SweepAsync()
    {
        long before = Environment.TickCount64 - (long)s_memory.TotalMilliseconds;
        foreach (HttpClientState client in TakeAll(client => !client.IsInUse && client.LastUse < before))
        {
            await client.DisposeAsync().ConfigureAwait(false);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (HttpClientState client in TakeAll(_ => true))
        {
            await client.DisposeAsync().ConfigureAwait(false);
        }
    }

    // The key itself is kept only where it is sent from.
    private static string Name(string key, string session) => $"{Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(key)))}/{session}";

    private HttpClientState GetOrAdd(string name, string key)
    {
        lock (_lock)
        {
            if (!_clients.TryGetValue(name, out HttpClientState? client))
            {
                client = _clients.Count < MaxClients ? new HttpClientState(open(connect(key)))
                    : throw new HttpLimitException($"there are {MaxClients} clients: try again later");
                _clients.Add(name, client);
            }

            client.Begin();
            return client;
        }
    }

    private List<HttpClientState> TakeAll(Func<HttpClientState, bool> choose)
    {
        lock (_lock)
        {
            KeyValuePair<string, HttpClientState>[] taken = [.. _clients.Where(client => choose(client.Value))];
            foreach ((string name, _) in taken)
            {
                _clients.Remove(name);
            }

            return [.. taken.Select(client => client.Value)];
        }
    }
}
