using System.Collections.Immutable;
using System.Runtime.CompilerServices;

namespace AgentSandbox.Kernel.Child;

/// <summary>An argument of a <see cref="SyscallStep"/>. Its text is what strace would print.</summary>
public abstract record Arg
{
    /// <summary>The null pointer.</summary>
    public static Arg NULL { get; } = new NumberArg(0, "NULL");

    /// <summary>A constant under its own name: the text is the expression itself, <c>MS_REC | MS_PRIVATE</c>.</summary>
    public static Arg Const(ulong value, [CallerArgumentExpression(nameof(value))] string text = "") => new NumberArg((long)value, text);

    /// <inheritdoc cref="Const(ulong, string)"/>
    public static Arg Const(int value, [CallerArgumentExpression(nameof(value))] string text = "") => new NumberArg(value, text);

    /// <summary>A number with the text that stands for it.</summary>
    public static Arg Named(ulong value, string text) => new NumberArg((long)value, text);

    /// <summary>File mode bits: printed in octal.</summary>
    public static Arg Mode(uint mode) => new ModeArg(mode);

    /// <summary>An fd of the parent, bound by name when the program is launched.</summary>
    public static Arg Fd(string slot) => new FdArg(slot);

    /// <summary>What the earlier step with <see cref="SyscallStep.Result"/> = <paramref name="slot"/> returned.</summary>
    public static Arg Result(string slot) => new ResultArg(slot);

    /// <summary>The address of a 64-bit word that parent and child share. It starts at 1, and takes the result of the step that names it.</summary>
    public static Arg Word(string slot) => new WordArg(slot);

    /// <summary>A NULL-terminated array of NUL-terminated strings.</summary>
    public static Arg Strings(ImmutableArray<string> strings) => new StringsArg(strings);

    /// <summary>Bytes that the call reads, printed as <paramref name="text"/>, or as a hash.</summary>
    public static Arg Bytes(ImmutableArray<byte> bytes, string? text = null) => new BytesArg(bytes, text);

    /// <summary>A string that is given by name when the program is launched, and printed as <paramref name="shown"/>: what differs from jail to jail.</summary>
    public static Arg Given(string slot, string shown) => new SlotArg(slot, shown);

    /// <summary>A structure that the call reads.</summary>
    public static Arg Struct(params ImmutableArray<StructField> fields) => new StructArg(fields);

    /// <summary>A number, printed in decimal.</summary>
    public static implicit operator Arg(long value) => new NumberArg(value);

    /// <summary>A NUL-terminated string in UTF-8.</summary>
    public static implicit operator Arg(string text) => new TextArg(text);
}
