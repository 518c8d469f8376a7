using System.Collections.Immutable;
using System.Globalization;
using AgentSandbox.Kernel;

namespace AgentSandbox.Jails.Seccomp;

/// <summary>A test of one argument: some of its bits are one of some values, or none of them. All operators of a profile come down to this.</summary>
public sealed record ArgumentCondition
{
    private readonly string _text;

    /// <summary>The test <c>(argument &amp; mask) in values</c>, or <c>not in</c>.</summary>
    /// <param name="argument">The argument.</param>
    /// <param name="mask">The bits that count; those that the kernel does not read never do.</param>
    /// <param name="values">One value or more, each within the mask.</param>
    /// <param name="negated">True: none of the values.</param>
    /// <param name="text">How the condition was written; null: the numbers are shown.</param>
    /// <exception cref="ArgumentException">No values, or a value that can never occur: it has bits outside the mask.</exception>
    public ArgumentCondition(SyscallArgument argument, ulong mask, ImmutableArray<ulong> values, bool negated, string? text = null)
    {
        Argument = argument;
        Mask = mask & argument.Significant;
        Values = [.. values.Distinct().Order()];
        Negated = negated;
        _text = text ?? $"{argument.Name} & {Hex(Mask)} {(negated ? "not in" : "in")} {string.Join(' ', Values.Select(Hex))}";
        if (Values.IsEmpty || Values.Any(value => (value & ~Mask) != 0))
        {
            throw new ArgumentException("needs one value or more, each within the mask", nameof(values));
        }
    }

    /// <summary>The argument.</summary>
    public SyscallArgument Argument { get; }

    /// <summary>The bits that count.</summary>
    public ulong Mask { get; }

    /// <summary>The values, ascending, each once.</summary>
    public ImmutableArray<ulong> Values { get; }

    /// <summary>True: the condition holds where none of the values is found.</summary>
    public bool Negated { get; }

    /// <summary>True if the condition holds for a call with these arguments.</summary>
    public bool Holds(in seccomp_data call) => Values.Contains(SeccompData.Argument(call, Argument.Index) & Mask) != Negated;

    /// <summary>The condition as the profile has it: <c>type &amp; SOCK_TYPE_MASK in SOCK_DGRAM SOCK_STREAM</c>.</summary>
    public override string ToString() => _text;

    private static string Hex(ulong value) => string.Create(CultureInfo.InvariantCulture, $"0x{value:x}");
}
