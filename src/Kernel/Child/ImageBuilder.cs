using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text;

namespace AgentSandbox.Kernel.Child;

/// <summary>Lays out the parts of a <see cref="ProgramImage"/>.</summary>
internal sealed unsafe class ImageBuilder
{
    private const int Alignment = 16;
    private const int FirstCapacity = 16 * 1024;
    private const long Pending = 1;
    private const long NoResultYet = -1; // no fd: a step that uses it fails with EBADF

    private readonly Dictionary<string, int> _words = [];
    private readonly Dictionary<string, List<int>> _destinations = [];
    private byte[] _content = new byte[FirstCapacity];
    private int _length;

    /// <summary>What is laid out so far.</summary>
    internal ReadOnlySpan<byte> Content => _content.AsSpan(0, _length);

    /// <inheritdoc cref="ProgramImage.Addresses"/>
    internal List<int> Addresses { get; } = new(256);

    /// <inheritdoc cref="ProgramImage.Fds"/>
    internal List<(int At, int Size, string Slot)> Fds { get; } = [];

    /// <inheritdoc cref="ProgramImage.Texts"/>
    internal List<(int At, string Slot)> Texts { get; } = [];

    /// <summary>Lays out <paramref name="steps"/>. <see cref="Link"/> follows when all lists are.</summary>
    internal int Encode(ImmutableArray<SyscallStep> steps)
    {
        int first = Allocate((steps.Length + 1) * sizeof(EncodedStep));
        for (int i = 0; i < steps.Length; i++)
        {
            SyscallStep step = steps[i];
            int at = first + (i * sizeof(EncodedStep));
            At<EncodedStep>(at).Number = SyscallTable.Native.Number(step.Call)
                ?? throw new PlatformNotSupportedException($"{step.Call} does not exist on {SyscallTable.Native.Architecture} ({step.Why})");
            At<EncodedStep>(at).ToleratedResult = -(long)step.Tolerates;
            for (int a = 0; a < step.Args.Length; a++)
            {
                Write(step.Args[a], at + EncodedStep.ArgsOffset + (a * sizeof(long)), sizeof(long));
            }
        }

        At<EncodedStep>(first + (steps.Length * sizeof(EncodedStep))).Number = EncodedStep.EndOfList;
        return first;
    }

    /// <summary>Connects the steps that have a result with the places that take it.</summary>
    internal void Link(ImmutableArray<SyscallStep> steps, int first)
    {
        for (int i = 0; i < steps.Length; i++)
        {
            if (steps[i].Result is string slot)
            {
                Point(first + (i * sizeof(EncodedStep)) + EncodedStep.DestinationsOffset, Destinations(slot));
            }
        }
    }

    /// <summary>Zeroed bytes.</summary>
    internal int Allocate(int size)
    {
        int at = _length;
        _length += (size + Alignment - 1) & -Alignment;
        if (_length > _content.Length)
        {
            Array.Resize(ref _content, Math.Max(_length, _content.Length * 2));
        }

        return at;
    }

    /// <summary>The structure that stands at <paramref name="at"/>; to be used before the next <see cref="Allocate"/>.</summary>
    internal ref T At<T>(int at)
        where T : unmanaged => ref MemoryMarshal.AsRef<T>(_content.AsSpan(at));

    /// <summary>Writes the address of <paramref name="target"/>.</summary>
    internal void Point(int at, int target)
    {
        At<long>(at) = target;
        Addresses.Add(at);
    }

    /// <summary>The word that parent and child share under <paramref name="slot"/>; 1 at first.</summary>
    internal int Word(string slot)
    {
        if (!_words.TryGetValue(slot, out int word))
        {
            _words[slot] = word = Allocate(sizeof(long));
            At<long>(word) = Pending;
        }

        return word;
    }

    private void Write(Arg arg, int at, int size)
    {
        switch (arg)
        {
            case NumberArg number:
                WriteNumber(at, size, number.Value);
                break;
            case ModeArg mode:
                WriteNumber(at, size, mode.Value);
                break;
            case FdArg fd:
                Fds.Add((at, size, fd.Slot));
                break;
            case ResultArg result:
                WriteNumber(at, size, NoResultYet);
                AddDestination(result.Slot, at, size);
                break;
            case WordArg word:
                Point(at, Word(word.Slot));
                break;
            case TextArg text:
                Point(at, Text(text.Text));
                break;
            case SlotArg slot:
                int place = Allocate(SlotArg.MaxBytes + 1);
                Point(at, place);
                Texts.Add((place, slot.Slot));
                break;
            case StringsArg strings:
                Point(at, Strings(strings.Items));
                break;
            case BytesArg bytes:
                Point(at, Copy(bytes.Content.AsSpan()));
                break;
            case StructArg structure:
                Point(at, Struct(structure));
                break;
            default:
                throw new ArgumentException($"unknown argument {arg.GetType().Name}", nameof(arg));
        }
    }

    private void WriteNumber(int at, int size, long value) => new ReadOnlySpan<byte>(&value, size).CopyTo(_content.AsSpan(at));

    private void AddDestination(string slot, int at, int size)
    {
        if (size != sizeof(long))
        {
            throw new ArgumentException($"the result ${slot} needs a place of 8 bytes");
        }

        if (!_destinations.TryGetValue(slot, out List<int>? places))
        {
            _destinations[slot] = places = [];
        }

        places.Add(at);
    }

    private int Destinations(string slot)
    {
        List<int> places = [.. _destinations.GetValueOrDefault(slot, [])];
        if (_words.TryGetValue(slot, out int word))
        {
            places.Add(word);
        }

        int array = Allocate((places.Count + 1) * sizeof(long));
        for (int i = 0; i < places.Count; i++)
        {
            Point(array + (i * sizeof(long)), places[i]);
        }

        return array;
    }

    private int Text(string text)
    {
        int copy = Allocate(Encoding.UTF8.GetByteCount(text) + 1);
        Encoding.UTF8.GetBytes(text, _content.AsSpan(copy));
        return copy;
    }

    private int Strings(ImmutableArray<string> strings)
    {
        int array = Allocate((strings.Length + 1) * sizeof(long));
        for (int i = 0; i < strings.Length; i++)
        {
            Point(array + (i * sizeof(long)), Text(strings[i]));
        }

        return array;
    }

    private int Copy(ReadOnlySpan<byte> bytes)
    {
        int copy = Allocate(bytes.Length);
        bytes.CopyTo(_content.AsSpan(copy));
        return copy;
    }

    private int Struct(StructArg structure)
    {
        int start = Allocate(structure.Fields.Sum(f => f.Size));
        int at = start;
        foreach (StructField field in structure.Fields)
        {
            Write(field.Value, at, field.Size);
            at += field.Size;
        }

        return start;
    }
}
