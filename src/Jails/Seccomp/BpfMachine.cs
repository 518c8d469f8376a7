using AgentSandbox.Kernel;
using static AgentSandbox.Kernel.Libc;

namespace AgentSandbox.Jails.Seccomp;

/// <summary>Runs a seccomp program as the kernel does, to explain or to test what it answers.</summary>
public static class BpfMachine
{
    private const uint SizeOfSeccompData = 64;

    /// <summary>What <paramref name="program"/> returns for <paramref name="call"/>: a <c>SECCOMP_RET_*</c> value.</summary>
    /// <exception cref="InvalidOperationException">The kernel would refuse it: an unknown instruction, a load or a jump out of bounds.</exception>
    public static uint Run(ReadOnlySpan<sock_filter> program, in seccomp_data call) => Run(program, call, out _);

    /// <summary>As the other, and counts the instructions that it took.</summary>
    public static uint Run(ReadOnlySpan<sock_filter> program, in seccomp_data call, out int steps)
    {
        uint accumulator = 0;
        steps = 0;
        for (long at = 0; at < program.Length; at++)
        {
            sock_filter one = program[(int)at];
            steps++;
            switch (one.code)
            {
                case BPF_LD | BPF_W | BPF_ABS when one.k < SizeOfSeccompData && one.k % sizeof(uint) == 0:
                    accumulator = SeccompData.Word(call, one.k);
                    break;
                case BPF_ALU | BPF_AND | BPF_K:
                    accumulator &= one.k;
                    break;
                case BPF_JMP | BPF_JA:
                    at += one.k;
                    break;
                case BPF_JMP | BPF_JEQ | BPF_K:
                    at += accumulator == one.k ? one.jt : one.jf;
                    break;
                case BPF_JMP | BPF_JGE | BPF_K:
                    at += accumulator >= one.k ? one.jt : one.jf;
                    break;
                case BPF_JMP | BPF_JSET | BPF_K:
                    at += (accumulator & one.k) != 0 ? one.jt : one.jf;
                    break;
                case BPF_RET | BPF_K:
                    return one.k;
                default:
                    throw new InvalidOperationException($"instruction {at} (code 0x{one.code:x}, operand 0x{one.k:x}) is not seccomp's");
            }
        }

        throw new InvalidOperationException("the program runs past its end");
    }
}
