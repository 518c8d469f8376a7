namespace AgentSandbox.Daemon.Registry;

/// <summary>All in a jail is killed, and the kernel does not let go of a process in it: one that waits for a disk, say, or for a file server that does not answer.</summary>
/// <param name="id">The jail.</param>
internal sealed class StuckJailException(string id) : Exception(
    $"all in jail {id} is killed, but a process in it waits in the kernel for something that does not answer (a disk, a file server); the jail ends as soon as the kernel lets go of it")
{
    /// <summary>The jail.</summary>
    public string Id { get; } = id;
}
