using System.Collections.Concurrent;
using AgentSandbox.Mcp.Answers;
using AgentSandbox.V1;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace AgentSandbox.Mcp.Session;

/// <summary>The jails that a session has without asking for one: one for each profile, made at first use, ended with the session. If the session dies without a word, they end when they were idle for a while.</summary>
internal sealed class DefaultJails(SandboxSession session) : IAsyncDisposable
{
    /// <summary>The label of every jail that is made here.</summary>
    public const string Label = "mcp";

    private static readonly TimeSpan s_idleTimeout = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan s_sign = TimeSpan.FromMinutes(5);

    private readonly SemaphoreSlim _turn = new(1);
    private readonly ConcurrentDictionary<string, string> _byProfile = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _ended = new();
    private Task _signs = Task.CompletedTask;

    /// <summary>The id of the default jail of a profile, if it was made.</summary>
    public string? Find(string profile) => _byProfile.GetValueOrDefault(profile);

    /// <summary>The id of the default jail of a profile, which is made if there is none.</summary>
    public async Task<string> GetAsync(string profile, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_ended.IsCancellationRequested)
            {
                throw new ToolException(new Refusal("the session has ended", "its jails are gone with it", "connect again"));
            }

            if (!_byProfile.TryGetValue(profile, out string? id))
            {
                JailConfig config = session.Template.Clone();
                config.Profile = profile;
                config.Workspace = profile == session.Template.Profile ? config.Workspace : ""; // one jail at a time has it
                config.Labels[Label] = "default";
                config.IdleTimeout = Duration.FromTimeSpan(s_idleTimeout);
                // No token: a jail that is made and not known of would stay.
                Jail jail = await session.Jails.CreateJailAsync(new CreateJailRequest { Config = config }, cancellationToken: CancellationToken.None).ConfigureAwait(false);
                _byProfile[profile] = id = jail.Id;
                _signs = _byProfile.Count == 1 ? Task.Run(GiveSignsAsync, CancellationToken.None) : _signs;
            }

            return id;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>A jail is gone: the next use makes another.</summary>
    /// <returns>True: it was a default jail.</returns>
    public async Task<bool> ForgetAsync(string id)
    {
        await _turn.WaitAsync().ConfigureAwait(false);
        try
        {
            string? profile = _byProfile.FirstOrDefault(jail => jail.Value == id).Key;
            return profile is not null && _byProfile.TryRemove(profile, out _);
        }
        finally
        {
            _turn.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync().ConfigureAwait(false);
        await _signs.ConfigureAwait(false);
        await _turn.WaitAsync().ConfigureAwait(false);
        foreach (string id in _byProfile.Values)
        {
            try
            {
                await session.Jails.DeleteJailAsync(new DeleteJailRequest { Id = id }).ConfigureAwait(false);
            }
            catch (RpcException gone) when (gone.StatusCode is StatusCode.NotFound or StatusCode.Unavailable or StatusCode.PermissionDenied)
            {
                continue; // it has ended already, or does when it was idle for long enough
            }
        }

        _byProfile.Clear();
        _ended.Dispose();
    }

    // While the session lives its jails are asked for now and then, so that they are not idle.
    private async Task GiveSignsAsync()
    {
        using PeriodicTimer timer = new(s_sign);
        try
        {
            while (await timer.WaitForNextTickAsync(_ended.Token).ConfigureAwait(false))
            {
                foreach (string id in _byProfile.Values.ToArray())
                {
                    await SignAsync(id).ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException) when (_ended.IsCancellationRequested)
        {
            return;
        }
    }

    private async Task SignAsync(string id)
    {
        try
        {
            await session.Jails.GetJailAsync(new GetJailRequest { Id = id }, cancellationToken: _ended.Token).ConfigureAwait(false);
        }
        catch (RpcException refused) when (refused.StatusCode != StatusCode.Cancelled)
        {
            return; // who uses it next is told why it is gone
        }
    }
}
