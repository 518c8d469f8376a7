using AgentSandbox.Access;
using AgentSandbox.Daemon.Auth;
using AgentSandbox.Kernel;

namespace AgentSandbox.Tests.Daemon.Auth;

/// <summary>A store of keys in a directory of the test's own, with a clock that the test turns.</summary>
public abstract class KeyFixture : IDisposable
{
    private protected const uint Uid = 1000;
    private protected static readonly OwnerId Admin = new(0, null);

    private readonly TemporaryFolder _folder = new();

    private protected KeyFixture()
    {
        Store = Reopen();
    }

    private protected string Folder => _folder.Path;

    private protected string KeyFile => Path.Combine(Folder, "keys.json");

    private protected TestClock Clock { get; } = new();

    private protected ApiKeyStore Store { get; }

    private protected static Peer Peer(uint uid = Uid) => new(new UnixIdentity(uid, uid, []), 0, null);

    private protected ApiKeyStore Reopen() => new(Folder, Clock);

    /// <inheritdoc/>
    public void Dispose()
    {
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }
}
