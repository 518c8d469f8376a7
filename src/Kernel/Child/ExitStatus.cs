namespace AgentSandbox.Kernel.Child;

/// <summary>How a process ended, and what it and the children that it waited for used.</summary>
/// <param name="Exited">True: it exited with <paramref name="Status"/>. False: the signal <paramref name="Status"/> ended it.</param>
/// <param name="Status">Exit code 0 to 255, or signal 1 to 64.</param>
/// <param name="UserTime">CPU time in user mode.</param>
/// <param name="SystemTime">CPU time in the kernel.</param>
/// <param name="MaxResidentBytes">The largest resident set of any one of them.</param>
public sealed record ExitStatus(bool Exited, int Status, TimeSpan UserTime, TimeSpan SystemTime, long MaxResidentBytes)
{
    /// <summary>The status of a process that ended, and nobody can tell how.</summary>
    public static ExitStatus Unknown { get; } = new(false, 0, TimeSpan.Zero, TimeSpan.Zero, 0);

    /// <summary>False for <see cref="Unknown"/>.</summary>
    public bool IsKnown => Exited || Status != 0;
}
