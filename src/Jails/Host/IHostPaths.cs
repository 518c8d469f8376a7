namespace AgentSandbox.Jails.Host;

/// <summary>How planning looks at the host's files.</summary>
public interface IHostPaths
{
    /// <summary>What is at <paramref name="path"/>; null if nothing is.</summary>
    /// <param name="path">An absolute path.</param>
    /// <param name="followLink">True: a symbolic link at its end is followed.</param>
    /// <exception cref="Kernel.SyscallException">EACCES: the caller may not look there. ELOOP: too many links.</exception>
    HostPath? Open(string path, bool followLink);

    /// <summary>What is at <paramref name="path"/> for the one who asks for the jail; null if nothing is, or nothing that he may use so: which of the two it
    /// is, he does not learn. Links are followed.</summary>
    /// <param name="path">An absolute path.</param>
    /// <param name="writable">True: the right to write is needed too.</param>
    /// <exception cref="Kernel.SyscallException">ETIMEDOUT: a file system does not answer.</exception>
    HostPath? OpenBind(string path, bool writable);
}
