using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace AgentSandbox.Kernel.Child;

/// <summary>A program in unmanaged memory, ready for the stub. It must live until the child has let go of this process's memory.</summary>
internal sealed unsafe class EncodedProgram : IDisposable
{
    private const int Alignment = 16;

    private readonly List<SafeHandle> _held = [];
    private readonly ProgramImage _image;
    private byte* _start;

    /// <summary>Copies the program's image and fills it in. The fds that it names stay open until <see cref="Dispose"/>.</summary>
    internal EncodedProgram(ChildProgram program, FdTable fds)
    {
        Program = program;
        _image = program.Image;
        _start = (byte*)NativeMemory.AlignedAlloc((nuint)_image.Content.Length, Alignment);
        _image.Content.CopyTo(new Span<byte>(_start, _image.Content.Length));
        foreach (int at in _image.Addresses)
        {
            *(long*)(_start + at) += (nint)_start;
        }

        try
        {
            Bind(fds);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    internal ChildProgram Program { get; }

    internal StubContext* Context => (StubContext*)(_start + _image.Context);

    internal EncodedList Before => new(Program.Name, "parent", Program.Before, Context->Before, &Context->BeforeReport);

    internal EncodedList Steps => new(Program.Name, "child", Program.Steps, Context->Steps, &Context->ChildReport);

    internal EncodedList After => new(Program.Name, "parent", Program.After, Context->After, &Context->AfterReport);

    /// <summary>1 until the child has let go of this process's memory, then 0.</summary>
    internal int* Alive => (int*)(_start + _image.Words.Alive);

    /// <summary>1 until the child has done the step whose result is <c>ready</c>, then that step's result.</summary>
    internal int* Ready => (int*)(_start + _image.Words.Ready);

    /// <summary>1 until the parent lets the child go on, then 0.</summary>
    internal int* Go => (int*)(_start + _image.Words.Go);

    /// <summary>The pidfd that clone3 made; -1 until then.</summary>
    internal int* Pidfd => (int*)(_start + _image.Pidfd);

    /// <summary>The pidfd that clone3 made. The caller disposes it; call it once.</summary>
    internal SafeFileHandle TakePidfd() => new(*Pidfd, ownsHandle: true);

    public void Dispose()
    {
        foreach (SafeHandle handle in _held)
        {
            handle.DangerousRelease();
        }

        _held.Clear();
        NativeMemory.AlignedFree(_start);
        _start = null;
    }

    private void Bind(FdTable fds)
    {
        foreach ((int at, int size, string slot) in _image.Fds)
        {
            SafeHandle handle = fds[slot];
            bool added = false;
            handle.DangerousAddRef(ref added);
            _held.Add(handle);
            long fd = handle.DangerousGetHandle();
            new ReadOnlySpan<byte>(&fd, size).CopyTo(new Span<byte>(_start + at, size));
        }

        foreach ((int at, string slot) in _image.Texts)
        {
            Encoding.UTF8.GetBytes(fds.Text(slot), new Span<byte>(_start + at, SlotArg.MaxBytes)); // the last byte stays 0; a longer text is refused
        }
    }
}
