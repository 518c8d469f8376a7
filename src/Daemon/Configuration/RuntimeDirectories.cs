namespace AgentSandbox.Daemon.Configuration;

/// <summary>The daemon's directories.</summary>
internal static class RuntimeDirectories
{
    private const UnixFileMode Own = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode Passable = Own | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    /// <summary>Makes those that are not there. Sockets lie where all can look; state lies where only root can.</summary>
    public static void Prepare(DaemonConfig config)
    {
        Directory.CreateDirectory(config.RuntimeDirectory, Passable);
        File.SetUnixFileMode(config.RuntimeDirectory, Passable);
        Directory.CreateDirectory(Path.GetDirectoryName(config.ApiSocket)!, Passable);
        Directory.CreateDirectory(Path.GetDirectoryName(config.HandoffSocket)!, Passable);
        Directory.CreateDirectory(config.StateDirectory, Own);
    }
}
