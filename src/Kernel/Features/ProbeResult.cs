namespace AgentSandbox.Kernel;

/// <summary>What a call answered when it was made with arguments that it must refuse.</summary>
/// <param name="Presence">Whether this kernel has the call.</param>
/// <param name="Errno">The answer; <see cref="Errno.None"/> if the call succeeded.</param>
public readonly record struct ProbeResult(Presence Presence, Errno Errno)
{
    /// <summary>A call that is there, and refused its arguments as expected.</summary>
    public static ProbeResult Present { get; } = new(Presence.Present, Errno.EINVAL);

    /// <summary>A call that the kernel does not have.</summary>
    public static ProbeResult Missing { get; } = new(Presence.Missing, Errno.ENOSYS);

    /// <summary>The answer of a call that refuses its arguments with <paramref name="refusal"/> where it exists.</summary>
    /// <param name="errno">What it answered. Anything but the other two leaves the question open: a filter or a lack of rights can be why.</param>
    /// <param name="refusal">What says that it is there.</param>
    /// <param name="absence">What says that it is not.</param>
    internal static ProbeResult From(Errno errno, Errno refusal, Errno absence = Errno.ENOSYS) =>
        new(errno == refusal ? Presence.Present : errno == absence ? Presence.Missing : Presence.Unknown, errno);
}
