using System.Collections.Immutable;

namespace AgentSandbox.Jails.Seccomp;

/// <summary>Neighbouring system call numbers that get the same answer.</summary>
/// <param name="First">The first number; the range ends before the next one's first.</param>
/// <param name="Cases">The cases that arguments decide; then the range is one number.</param>
/// <param name="Otherwise">The answer where no case matches.</param>
internal sealed record NumberRange(uint First, ImmutableArray<SyscallCase> Cases, SyscallAnswer Otherwise);
