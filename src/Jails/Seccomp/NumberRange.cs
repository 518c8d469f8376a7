namespace AgentSandbox.Jails.Seccomp;

/// <summary>Neighbouring system call numbers that get the same answer.</summary>
/// <param name="First">The first number; the range ends before the next one's first.</param>
/// <param name="Answer">The answer, or null: <paramref name="Rule"/> decides.</param>
/// <param name="Rule">The rule whose arguments decide; then the range is one number.</param>
internal sealed record NumberRange(uint First, SyscallAnswer? Answer, SyscallRule? Rule);
