using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text;

namespace AgentSandbox.Kernel.Child;

/// <summary>Turns a program into the lists that the stub walks, in unmanaged memory: strings, arrays and fds are all laid out before the birth.</summary>
internal sealed unsafe class ProgramEncoder : IDisposable
{
    private const long Pending = 1;
    private const long NoResultYet = -1; // no fd: a step that uses it fails with EBADF

    private readonly NativeArena _arena = new();
    private readonly FdTable _fds;
    private readonly List<SafeHandle> _held = [];
    private readonly Dictionary<string, nint> _words = [];
    private readonly Dictionary<string, List<nint>> _destinations = [];

    internal ProgramEncoder(FdTable fds) => _fds = fds;

    /// <summary>Encodes <paramref name="steps"/>. The fds that they name stay open until <see cref="Dispose"/>. <see cref="Link"/> follows when all
    /// lists are encoded.</summary>
    internal EncodedStep* Encode(ImmutableArray<SyscallStep> steps)
    {
        var encoded = (EncodedStep*)_arena.Allocate((nuint)((steps.Length + 1) * sizeof(EncodedStep)));
        for (int i = 0; i < steps.Length; i++)
        {
            SyscallStep step = steps[i];
            encoded[i].Number = SyscallTable.Native.Number(step.Call)
                ?? throw new PlatformNotSupportedException($"{step.Call} does not exist on {SyscallTable.Native.Architecture} ({step.Why})");
            encoded[i].ToleratedResult = -(long)step.Tolerates;
            for (int a = 0; a < step.Args.Length; a++)
            {
                Write(step.Args[a], (byte*)&encoded[i].Args[a], sizeof(long));
            }
        }

        encoded[steps.Length].Number = EncodedStep.EndOfList;
        return encoded;
    }

    /// <summary>Connects the steps that have a result with the places that take it.</summary>
    internal void Link(ImmutableArray<SyscallStep> steps, EncodedStep* encoded)
    {
        for (int i = 0; i < steps.Length; i++)
        {
            encoded[i].Destinations = steps[i].Result is string slot ? Destinations(slot) : null;
        }
    }

    /// <summary>A zeroed structure that lives until <see cref="Dispose"/>.</summary>
    internal T* Allocate<T>()
        where T : unmanaged => (T*)_arena.Allocate((nuint)sizeof(T));

    /// <summary>The fd in <paramref name="slot"/>, held open until <see cref="Dispose"/>.</summary>
    internal int Fd(string slot)
    {
        SafeHandle handle = _fds[slot];
        bool added = false;
        handle.DangerousAddRef(ref added);
        _held.Add(handle);
        return (int)handle.DangerousGetHandle();
    }

    /// <summary>The word that parent and child share under <paramref name="slot"/>; 1 at first.</summary>
    internal int* Word(string slot)
    {
        if (!_words.TryGetValue(slot, out nint word))
        {
            word = (nint)_arena.Allocate(sizeof(long));
            *(long*)word = Pending;
            _words[slot] = word;
        }

        return (int*)word;
    }

    public void Dispose()
    {
        foreach (SafeHandle handle in _held)
        {
            handle.DangerousRelease();
        }

        _held.Clear();
        _arena.Dispose();
    }

    private void Write(Arg arg, byte* at, int size)
    {
        long value = arg switch
        {
            NumberArg number => number.Value,
            ModeArg mode => mode.Value,
            FdArg fd => Fd(fd.Slot),
            WordArg word => (nint)Word(word.Slot),
            TextArg text => (nint)Text(text.Text),
            StringsArg strings => (nint)Strings(strings.Items),
            BytesArg bytes => (nint)Copy(bytes.Content.AsSpan()),
            StructArg structure => (nint)Struct(structure),
            ResultArg result => Destination(result.Slot, at, size),
            _ => throw new ArgumentException($"unknown argument {arg.GetType().Name}", nameof(arg)),
        };
        new ReadOnlySpan<byte>(&value, size).CopyTo(new Span<byte>(at, size));
    }

    private long Destination(string slot, byte* at, int size)
    {
        if (size != sizeof(long))
        {
            throw new ArgumentException($"the result ${slot} needs a place of 8 bytes");
        }

        if (!_destinations.TryGetValue(slot, out List<nint>? places))
        {
            _destinations[slot] = places = [];
        }

        places.Add((nint)at);
        return NoResultYet;
    }

    private long** Destinations(string slot)
    {
        List<nint> places = [.. _destinations.GetValueOrDefault(slot, [])];
        if (_words.TryGetValue(slot, out nint word))
        {
            places.Add(word);
        }

        var array = (long**)_arena.Allocate((nuint)((places.Count + 1) * sizeof(long*)));
        for (int i = 0; i < places.Count; i++)
        {
            array[i] = (long*)places[i];
        }

        return array;
    }

    private byte* Text(string text)
    {
        int length = Encoding.UTF8.GetByteCount(text);
        byte* copy = _arena.Allocate((nuint)length + 1);
        Encoding.UTF8.GetBytes(text, new Span<byte>(copy, length));
        return copy;
    }

    private byte** Strings(ImmutableArray<string> strings)
    {
        var array = (byte**)_arena.Allocate((nuint)((strings.Length + 1) * sizeof(byte*)));
        for (int i = 0; i < strings.Length; i++)
        {
            array[i] = Text(strings[i]);
        }

        return array;
    }

    private byte* Copy(ReadOnlySpan<byte> bytes)
    {
        byte* copy = _arena.Allocate((nuint)bytes.Length);
        bytes.CopyTo(new Span<byte>(copy, bytes.Length));
        return copy;
    }

    private byte* Struct(StructArg structure)
    {
        byte* start = _arena.Allocate((nuint)structure.Fields.Sum(f => f.Size));
        byte* at = start;
        foreach (StructField field in structure.Fields)
        {
            Write(field.Value, at, field.Size);
            at += field.Size;
        }

        return start;
    }
}
