using AgentSandbox.Kernel;

namespace AgentSandbox.Jails.Host;

/// <summary>For whom a jail is made.</summary>
/// <param name="Uid">To whom belongs what programs write in writable binds.</param>
/// <param name="Gid">To which group.</param>
/// <param name="Rights">Whose rights decide on the paths that the request binds; null: those of this process.</param>
public sealed record JailCaller(uint Uid, uint Gid, UnixIdentity? Rights)
{
    /// <summary>Root, with all of its rights.</summary>
    public static JailCaller Root { get; } = new(0, 0, null);

    /// <summary>A user with no more than the rights of its own; root keeps ours.</summary>
    public static JailCaller From(UnixIdentity identity) => new(identity.Uid, identity.Gid, identity.Uid == 0 ? null : identity);
}
