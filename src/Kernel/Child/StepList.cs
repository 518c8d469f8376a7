using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text;

namespace AgentSandbox.Kernel.Child;

/// <summary>What a <see cref="WaitingChild"/> is to do, as data. No fd of ours is named in it.</summary>
/// <param name="Name">What it does, in one or two words.</param>
/// <param name="Steps">The steps.</param>
public sealed record StepList(string Name, ImmutableArray<SyscallStep> Steps)
{
    /// <summary>The list as strace would print it, each step after its reason.</summary>
    public override string ToString()
    {
        StringBuilder text = new();
        text.Append(Name).Append(":\n");
        Print(text, "child", Steps);
        return text.ToString();
    }

    /// <summary>The list as it is walked at <paramref name="address"/>.</summary>
    /// <param name="address">Where it will lie.</param>
    /// <param name="first">Where its first step will lie.</param>
    internal unsafe byte[] Encode(long address, out long first)
    {
        ImageBuilder builder = new();
        int context = builder.Allocate(sizeof(StubContext)); // first: it is where the list begins
        int steps = builder.Encode(Steps);
        builder.Link(Steps, steps);
        StubContext parts;
        builder.Point(context + (int)((byte*)&parts.Steps - (byte*)&parts), steps);
        if (builder.Fds.Count + builder.Texts.Count > 0)
        {
            throw new ArgumentException($"{Name} names what is not there where it is walked");
        }

        byte[] list = builder.Content.ToArray();
        foreach (int at in builder.Addresses)
        {
            MemoryMarshal.AsRef<long>(list.AsSpan(at)) += address;
        }

        first = address + steps;
        return list;
    }

    /// <summary>Appends <paramref name="steps"/>, each after its reason.</summary>
    internal static void Print(StringBuilder text, string who, ImmutableArray<SyscallStep> steps)
    {
        string why = "";
        for (int i = 0; i < steps.Length; i++)
        {
            if (steps[i].Why != why)
            {
                why = steps[i].Why;
                text.Append($"  # {why}\n");
            }

            text.Append($"  {who} {i + 1,2}  {steps[i]}\n");
        }
    }
}
