using AgentSandbox.Kernel;

namespace AgentSandbox.Jails.Workspaces;

/// <summary>Something could not be done with a file of a workspace.</summary>
/// <param name="fault">Why, for programs.</param>
/// <param name="message">Why, in words, with the path.</param>
/// <param name="inner">What the kernel said.</param>
public sealed class WorkspaceException(WorkspaceFault fault, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Why.</summary>
    public WorkspaceFault Fault { get; } = fault;

    /// <summary>What the kernel's refusal means for <paramref name="path"/>; null if it is no fault of the request.</summary>
    public static WorkspaceException? Explain(SyscallException refused, string path)
    {
        (WorkspaceFault Fault, string Words)? reason = refused.Errno switch
        {
            Errno.ENOENT => (WorkspaceFault.Absent, "there is no such file"),
            Errno.EEXIST => (WorkspaceFault.Exists, "something is there already"),
            Errno.ENOTDIR => (WorkspaceFault.Unfit, "a part of the path is no directory"),
            Errno.EISDIR => (WorkspaceFault.Unfit, "it is a directory"),
            Errno.ENOTEMPTY => (WorkspaceFault.Unfit, "the directory is not empty"),
            Errno.ELOOP => (WorkspaceFault.Unfit, "a part of the path is a link: links are not followed"),
            Errno.EXDEV => (WorkspaceFault.Unfit, "it lies on another mount than the workspace"),
            Errno.EBUSY => (WorkspaceFault.Unfit, "it is in use, or a mount point"),
            Errno.ETXTBSY => (WorkspaceFault.Unfit, "it is a program that runs"),
            Errno.EINVAL => (WorkspaceFault.Unfit, "the file system cannot do that with it, as with a directory that would lie in itself"),
            Errno.EACCES or Errno.EPERM => (WorkspaceFault.Denied, "the jail's user may not do that"),
            Errno.EROFS => (WorkspaceFault.Denied, "it cannot be written"),
            Errno.ENOSPC => (WorkspaceFault.Full, "the workspace is full"),
            Errno.EDQUOT => (WorkspaceFault.Full, "the quota of its owner is used up"),
            Errno.EFBIG => (WorkspaceFault.Full, "the file would be larger than files may be"),
            Errno.EMLINK => (WorkspaceFault.Full, "there are too many links to it"),
            Errno.ENAMETOOLONG => (WorkspaceFault.Malformed, "a name has more than 255 bytes"),
            _ => null,
        };
        return reason is { } why ? new WorkspaceException(why.Fault, $"{(path.Length == 0 ? "the workspace" : path)}: {why.Words}", refused) : null;
    }

    /// <summary>The path of a caller is none.</summary>
    internal static WorkspaceException Malformed(string message) => new(WorkspaceFault.Malformed, message);

    /// <summary>The file is of another kind than is needed.</summary>
    internal static WorkspaceException Unfit(TreePath path, string words) => new(WorkspaceFault.Unfit, $"{path}: {words}");
}
