using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;

namespace AgentSandbox.Kernel.Child;

/// <summary>What a child does between its birth and execve, as data: the list that the stub walks and that <c>sandboxctl plan</c> prints.</summary>
public sealed record ChildProgram
{
    /// <summary>The word that is 0 once the child is ready; the parent waits for it.</summary>
    public const string ReadyWord = "ready";

    /// <summary>The word that is 0 once the child may go on; the child waits for it.</summary>
    public const string GoWord = "go";

    private ProgramImage? _image;

    private ChildProgram(ChildProgram original)
    {
        Name = original.Name;
        CloneFlags = original.CloneFlags;
        Cgroup = original.Cgroup;
        Before = original.Before;
        Steps = original.Steps;
        After = original.After; // the image is not copied: a changed program has another
    }

    /// <summary>What the program makes, in one or two words: <c>jail</c>, <c>command</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The <c>CLONE_NEW*</c> flags of the child's birth, and <c>CLONE_INTO_CGROUP</c>, under their names. The launcher adds those that it works by.</summary>
    public required NumberArg CloneFlags { get; init; }

    /// <summary>The fd slot of the cgroup that the child is born in, or null.</summary>
    public required string? Cgroup { get; init; }

    /// <summary>What the parent's thread does first: where the child is born.</summary>
    public required ImmutableArray<SyscallStep> Before { get; init; }

    /// <summary>What the child does. The last step is an execve, or an exit_group if no program is to run.</summary>
    public required ImmutableArray<SyscallStep> Steps { get; init; }

    /// <summary>What the parent's thread does afterwards, to be where it was; it is done even if the birth failed.</summary>
    public required ImmutableArray<SyscallStep> After { get; init; }

    /// <summary>The program as the stub walks it, laid out at its first launch.</summary>
    internal ProgramImage Image => _image ??= ProgramImage.Of(this);

    /// <summary>True for the same program; others are compared by <see cref="Hash"/>.</summary>
    public bool Equals(ChildProgram? other) => ReferenceEquals(this, other);

    /// <inheritdoc/>
    public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);

    /// <summary>The program as strace would print it, each step after its reason.</summary>
    public override string ToString()
    {
        StringBuilder text = new();
        text.Append(Name).Append(":\n");
        StepList.Print(text, "parent", Before);
        string cgroup = Cgroup is null ? "" : $", cgroup=fd:{Cgroup}";
        text.Append($"  clone3({{flags={CloneFlags}{cgroup}}})\n");
        StepList.Print(text, "child", Steps);
        StepList.Print(text, "parent", After);
        return text.ToString();
    }

    /// <summary>SHA-256 of the printed program, in hexadecimal: equal hashes are equal programs.</summary>
    public string Hash() => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(ToString())));
}
