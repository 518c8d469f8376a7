namespace AgentSandbox.Kernel;

/// <summary>How a process ended.</summary>
/// <param name="Exited">True: it exited with <paramref name="Status"/>. False: the signal <paramref name="Status"/> ended it.</param>
/// <param name="Status">Exit code 0 to 255, or signal 1 to 64.</param>
public readonly record struct ProcessEnd(bool Exited, int Status);
