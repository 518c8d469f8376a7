using System.Globalization;
using AgentSandbox.Kernel;

namespace AgentSandbox.Ctl.Run;

/// <summary>Who called us.</summary>
internal static class Caller
{
    /// <summary>To whom files in writable binds belong: our own user, or under sudo the one who called that.</summary>
    public static (uint Uid, uint Gid) Identity =>
        Environment.IsPrivilegedProcess && Number("SUDO_UID") is uint uid && Number("SUDO_GID") is uint gid ? (uid, gid) : OwnProcess.Identity;

    private static uint? Number(string variable) =>
        uint.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out uint number) ? number : null;
}
