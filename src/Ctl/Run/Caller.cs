using System.Globalization;
using AgentSandbox.Jails.Host;
using AgentSandbox.Kernel;

namespace AgentSandbox.Ctl.Run;

/// <summary>Who called us.</summary>
internal static class Caller
{
    /// <summary>Files in writable binds belong to our own user, or under sudo to the one who called that. Paths are opened as ourselves: who runs as root may
    /// name any.</summary>
    public static JailCaller Identity
    {
        get
        {
            (uint ownUid, uint ownGid) = OwnProcess.Identity;
            return Environment.IsPrivilegedProcess && Number("SUDO_UID") is uint uid && Number("SUDO_GID") is uint gid
                ? new JailCaller(uid, gid, null)
                : new JailCaller(ownUid, ownGid, null);
        }
    }

    private static uint? Number(string variable) =>
        uint.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out uint number) ? number : null;
}
