using AgentSandbox.Jails.Policy;

namespace AgentSandbox.Jails.Profiles;

/// <summary>A writable tmpfs of the jail's own, gone with it.</summary>
/// <param name="Target">Absolute path inside the jail.</param>
/// <param name="Size">Its capacity; 4 KiB or more. What it holds counts against the jail's memory as well.</param>
/// <param name="Inodes">The number of files it can hold: 16 or more.</param>
/// <param name="NoExec">True: nothing in it can be executed.</param>
public sealed record TmpfsPolicy(string Target, ByteSize Size, long Inodes, bool NoExec);
