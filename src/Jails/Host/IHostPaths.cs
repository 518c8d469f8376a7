namespace AgentSandbox.Jails.Host;

/// <summary>How planning looks at the host's files.</summary>
public interface IHostPaths
{
    /// <summary>What is at <paramref name="path"/>; null if nothing is.</summary>
    /// <param name="path">An absolute path.</param>
    /// <param name="followLink">True: a symbolic link at its end is followed.</param>
    /// <exception cref="Kernel.SyscallException">EACCES: the caller may not look there. ELOOP: too many links.</exception>
    HostPath? Open(string path, bool followLink);
}
