using System.Collections.Immutable;
using AgentSandbox.Jails.Profiles;
using AgentSandbox.Jails.Seccomp;
using AgentSandbox.Kernel;
using FsCheck;
using FsCheck.Fluent;

namespace AgentSandbox.Tests.Unit.Seccomp;

/// <summary>Random policies, and calls that are likely to meet their edges.</summary>
internal static class Policies
{
    private static readonly Syscall[] s_calls = Enum.GetValues<Syscall>();
    private static readonly Errno[] s_errnos = [Errno.EPERM, Errno.ENOSYS, Errno.EACCES, Errno.EAFNOSUPPORT];

    // Few bits, so that values, masks and arguments meet; at both ends of both halves.
    private static readonly Gen<ulong> s_words =
        from low in Gen.Elements(0u, 1u, 2u, 3u, 4u, 5u, 6u, 8u, 0x10u, 0x80u, 0x4000_0000u, 0x8000_0000u, uint.MaxValue)
        from high in Gen.Frequency((3, Gen.Constant(0u)), (1, Gen.Elements(1u, 3u, 0x8000_0000u, uint.MaxValue)))
        select (ulong)high << 32 | low;

    private static readonly Gen<SyscallAnswer> s_answers =
        Gen.Frequency((1, Gen.Constant(SyscallAnswer.Allow)), (1, Gen.Elements(s_errnos).Select(errno => new SyscallAnswer(errno))));

    private static readonly Gen<ArgumentCondition> s_conditions =
        from index in Gen.Choose(0, 5)
        from bits in Gen.Elements(32, 64)
        from mask in Gen.Frequency((2, Gen.Constant(ulong.MaxValue)), (1, s_words), (1, s_words.Select(word => ~word)))
        from values in s_words.NonEmptyListOf()
        from negated in Gen.Elements(true, false)
        let argument = new SyscallArgument("x", index, bits)
        select new ArgumentCondition(argument, mask, [.. values.Select(value => value & mask & argument.Significant)], negated);

    private static readonly Gen<ImmutableArray<SyscallCase>> s_cases =
        (from conditions in s_conditions.ListOf().Resize(3)
         from answer in s_answers
         select new SyscallCase([.. conditions], answer)).NonEmptyListOf().Resize(5).Select(cases => cases.ToImmutableArray());

    private static readonly Gen<SyscallRule> s_rules =
        from call in Gen.Elements(s_calls)
        from cases in s_cases
        from otherwise in s_answers
        select new SyscallRule(call, cases, otherwise);

    /// <summary>Policies of any size, with up to some dozens of conditional calls.</summary>
    public static Gen<SyscallPolicy> Any { get; } =
        from allowed in Gen.Elements(s_calls).ListOf().Resize(200)
        from refused in Gen.Elements(s_calls).ListOf().Resize(100)
        from conditional in s_rules.ListOf().Resize(40)
        from errno in Gen.Elements(s_errnos)
        select new SyscallPolicy
        {
            Allowed = [.. allowed],
            Refused = refused.Distinct().ToImmutableSortedDictionary(call => call, call => s_errnos[(int)call % s_errnos.Length]),
            Conditional = conditional.DistinctBy(rule => rule.Call).ToImmutableSortedDictionary(rule => rule.Call, rule => rule),
            Default = errno,
            Reasons = ImmutableSortedDictionary<Syscall, string>.Empty,
        };

    /// <summary>The arguments of a call.</summary>
    public static Gen<ulong[]> Arguments { get; } = s_words.ArrayOf(6);
}
