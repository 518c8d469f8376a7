using System.Text.Json.Serialization;

namespace AgentSandbox.Jails.Supervise;

/// <summary>How a command ended: one reason, with its evidence.</summary>
/// <param name="Kind">The reason's name in reports: <c>EXITED</c>, <c>TIMED_OUT</c>.</param>
[JsonDerivedType(typeof(Exited), "EXITED")]
[JsonDerivedType(typeof(Signaled), "SIGNALED")]
[JsonDerivedType(typeof(OomKilled), "OOM_KILLED")]
[JsonDerivedType(typeof(TimedOut), "TIMED_OUT")]
[JsonDerivedType(typeof(OutputLimit), "OUTPUT_LIMIT")]
[JsonDerivedType(typeof(Killed), "KILLED")]
[JsonDerivedType(typeof(JailEnded), "JAIL_ENDED")]
[JsonDerivedType(typeof(Unknown), "UNKNOWN")]
[JsonDerivedType(typeof(StartFailed), "START_FAILED")]
public abstract record CommandEnd([property: JsonIgnore] string Kind)
{
    /// <summary>The exit status of <c>sandboxctl run</c> for it: the command's own, 128 + signal, 124 for a time-out, 125 for the sandbox.</summary>
    [JsonIgnore]
    public abstract int ExitCode { get; }

    /// <summary>The program ended by itself.</summary>
    /// <param name="Code">Its exit code: 0 to 255.</param>
    public sealed record Exited(int Code) : CommandEnd("EXITED")
    {
        /// <inheritdoc/>
        public override int ExitCode => Code;

        /// <inheritdoc/>
        public override string ToString() => $"exited with {Code}";
    }

    /// <summary>A signal ended it.</summary>
    /// <param name="Signal">1 to 64.</param>
    /// <param name="Sender"><c>inside</c>: the program itself, another of the jail, or the kernel. <c>caller</c>: the caller passed it on.</param>
    public sealed record Signaled(int Signal, string Sender) : CommandEnd("SIGNALED")
    {
        /// <inheritdoc/>
        public override int ExitCode => 128 + Signal;

        /// <inheritdoc/>
        public override string ToString() => $"ended by signal {Signal} from {Sender}";
    }

    /// <summary>It used more memory than the jail has.</summary>
    /// <param name="PeakBytes">The most that the command used at once; null if the kernel does not say.</param>
    /// <param name="LimitBytes">The jail's limit.</param>
    public sealed record OomKilled(long? PeakBytes, long? LimitBytes) : CommandEnd("OOM_KILLED")
    {
        /// <inheritdoc/>
        public override int ExitCode => 137;

        /// <inheritdoc/>
        public override string ToString() => $"killed: out of memory (peak {PeakBytes} of {LimitBytes} bytes)";
    }

    /// <summary>Its time ran out.</summary>
    /// <param name="Clock"><c>wall</c>, <c>cpu</c> or <c>idle</c>.</param>
    /// <param name="Limit">The time that it had.</param>
    public sealed record TimedOut(string Clock, TimeSpan Limit) : CommandEnd("TIMED_OUT")
    {
        /// <inheritdoc/>
        public override int ExitCode => 124;

        /// <inheritdoc/>
        public override string ToString() => $"killed: its {Clock} time of {Limit.TotalSeconds:0.###} s ran out";
    }

    /// <summary>It wrote more than it may.</summary>
    /// <param name="LimitBytes">What it may write to stdout and stderr together.</param>
    public sealed record OutputLimit(long LimitBytes) : CommandEnd("OUTPUT_LIMIT")
    {
        /// <inheritdoc/>
        public override int ExitCode => 125;

        /// <inheritdoc/>
        public override string ToString() => $"killed: it wrote more than {LimitBytes} bytes";
    }

    /// <summary>Somebody had it killed.</summary>
    /// <param name="By">Who.</param>
    public sealed record Killed(string By) : CommandEnd("KILLED")
    {
        /// <inheritdoc/>
        public override int ExitCode => 137;

        /// <inheritdoc/>
        public override string ToString() => $"killed by {By}";
    }

    /// <summary>Its jail ended.</summary>
    /// <param name="Why">Why the jail ended.</param>
    public sealed record JailEnded(string Why) : CommandEnd("JAIL_ENDED")
    {
        /// <inheritdoc/>
        public override int ExitCode => 137;

        /// <inheritdoc/>
        public override string ToString() => $"ended with its jail: {Why}";
    }

    /// <summary>It ended while nobody of ours looked, and the kernel does not keep how (before Linux 6.15).</summary>
    public sealed record Unknown() : CommandEnd("UNKNOWN")
    {
        /// <inheritdoc/>
        public override int ExitCode => 125;

        /// <inheritdoc/>
        public override string ToString() => "ended while the daemon was away; how is not known";
    }

    /// <summary>It did not start.</summary>
    /// <param name="Step">The step that failed, with its reason.</param>
    /// <param name="Errno">The error.</param>
    /// <param name="Status">What the tool makes of it: 125; as in a shell 126 if the program cannot be executed, 127 if it is not there.</param>
    public sealed record StartFailed(string Step, string Errno, int Status) : CommandEnd("START_FAILED")
    {
        /// <inheritdoc/>
        public override int ExitCode => Status;

        /// <inheritdoc/>
        public override string ToString() => $"did not start: {Errno} at {Step}";
    }
}
