namespace AgentSandbox.Jails.Workspaces.Store;

/// <summary>What a volume holds.</summary>
/// <param name="Bytes">What its files take.</param>
/// <param name="Files">How many there are, directories included.</param>
/// <param name="IsFull">True: there is no room for one more block, or one more file.</param>
public sealed record VolumeUse(long Bytes, long Files, bool IsFull);
