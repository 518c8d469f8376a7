namespace AgentSandbox.Kernel;

/// <summary>An entry of a directory.</summary>
/// <param name="Name">Its name: bytes without slash and NUL.</param>
/// <param name="Type">DT_*: a hint, for it may have changed since; DT_UNKNOWN: the file system does not say.</param>
public readonly record struct DirectoryEntry(byte[] Name, byte Type);
