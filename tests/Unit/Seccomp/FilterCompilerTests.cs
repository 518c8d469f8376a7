using System.Collections.Immutable;
using System.Runtime.InteropServices;
using AgentSandbox.Jails.Profiles;
using AgentSandbox.Jails.Seccomp;
using AgentSandbox.Kernel;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace AgentSandbox.Tests.Unit.Seccomp;

/// <summary>The compiled bytes answer as the model does, whatever the policy and the call.</summary>
public sealed class FilterCompilerTests
{
    private static readonly SyscallTable s_x64 = SyscallTable.For(Architecture.X64);

    [Theory]
    [InlineData(Architecture.X64)]
    [InlineData(Architecture.Arm64)]
    public void Compile_WhenPolicyIsRandom_AnswersAsTheModel(Architecture architecture)
    {
        SyscallTable table = SyscallTable.For(architecture);
        Prop.ForAll(Policies.Any.ToArbitrary(), Policies.Arguments.ToArbitrary(), (policy, arguments) =>
        {
            SyscallFilter filter = new(policy, table);
            ImmutableArray<sock_filter> program = FilterCompiler.Compile(filter);
            for (int number = 0; number <= 600; number++)
            {
                seccomp_data call = Call(number, table.AuditArch, arguments);
                Assert.Equal(filter.Decide(call).ReturnValue, BpfMachine.Run(program.AsSpan(), call));
            }
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Compile_WhenAbiIsForeign_AnswersENOSYS()
    {
        Gen<uint> foreign = Gen.Elements(0x40000003u, Libc.AUDIT_ARCH_AARCH64, 0u, uint.MaxValue); // AUDIT_ARCH_I386 first
        Prop.ForAll(Policies.Any.ToArbitrary(), foreign.ToArbitrary(), Gen.Choose(0, 600).ToArbitrary(), (policy, arch, number) =>
        {
            ImmutableArray<sock_filter> program = FilterCompiler.Compile(policy, s_x64);
            uint refused = new SyscallAnswer(Errno.ENOSYS).ReturnValue;
            int x32 = (int)(Libc.__X32_SYSCALL_BIT | (uint)number);
            Assert.Equal(refused, BpfMachine.Run(program.AsSpan(), Call(number, arch, new ulong[6])));
            Assert.Equal(refused, BpfMachine.Run(program.AsSpan(), Call(x32, s_x64.AuditArch, new ulong[6])));
            Assert.Equal(refused, BpfMachine.Run(program.AsSpan(), Call(-number - 1, s_x64.AuditArch, new ulong[6])));
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Compile_WhenAnArgumentHas32Bits_IgnoresTheBitsAbove()
    {
        Prop.ForAll(Policies.Any.ToArbitrary(), Policies.Arguments.ToArbitrary(), Gen.Choose(1, int.MaxValue).ToArbitrary(), (policy, arguments, garbage) =>
        {
            SyscallPolicy narrow = policy with
            {
                Conditional = policy.Conditional.Where(pair => pair.Value.Cases.All(one => one.When.All(condition => condition.Argument.Bits == 32)))
                    .ToImmutableSortedDictionary(),
            };
            ImmutableArray<sock_filter> program = FilterCompiler.Compile(narrow, s_x64);
            ulong[] dirty = [.. arguments.Select(argument => argument ^ (ulong)garbage << 32)];
            foreach (Syscall call in narrow.Conditional.Keys)
            {
                int number = s_x64.Number(call) ?? 0;
                Assert.Equal(
                    BpfMachine.Run(program.AsSpan(), Call(number, s_x64.AuditArch, arguments)),
                    BpfMachine.Run(program.AsSpan(), Call(number, s_x64.AuditArch, dirty)));
            }
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Compile_WhenAnswersAlternate_JumpsFurtherThan255Instructions()
    {
        SyscallArgument argument = new("x", 0, 64);
        ImmutableArray<SyscallCase> Cases(Syscall call) =>
            [.. Enumerable.Range(1, 5).Select(i => new SyscallCase([new(argument, ulong.MaxValue, [(ulong)i << 32 | (uint)call], false)], (Errno)(i + (int)call % 100)))];
        SyscallPolicy policy = new()
        {
            Allowed = [],
            Conditional = Enum.GetValues<Syscall>().Where(call => (int)call % 4 == 0).ToImmutableSortedDictionary(call => call, call => new SyscallRule(call, Cases(call), Errno.EPERM)),
            Refused = Enum.GetValues<Syscall>().Where(call => (int)call % 4 == 2).ToImmutableSortedDictionary(call => call, call => (Errno)(1 + (int)call % 130)),
            Default = Errno.EPERM,
            Reasons = ImmutableSortedDictionary<Syscall, string>.Empty,
        };
        SyscallFilter filter = new(policy, s_x64);
        ImmutableArray<sock_filter> program = FilterCompiler.Compile(filter);
        Assert.InRange(program.Length, 1000, Libc.BPF_MAXINSNS);
        foreach (Syscall call in Enum.GetValues<Syscall>())
        {
            for (uint high = 0; high < 10 && s_x64.Number(call) is int number; high++)
            {
                seccomp_data data = Call(number, s_x64.AuditArch, [(ulong)high << 32 | (uint)call, 0, 0, 0, 0, 0]);
                Assert.Equal(filter.Decide(data).ReturnValue, BpfMachine.Run(program.AsSpan(), data));
            }
        }
    }

    private static seccomp_data Call(int number, uint arch, ulong[] arguments) => new()
    {
        nr = number,
        arch = arch,
        args0 = arguments[0],
        args1 = arguments[1],
        args2 = arguments[2],
        args3 = arguments[3],
        args4 = arguments[4],
        args5 = arguments[5],
    };
}
