using System.Runtime.InteropServices;

namespace AgentSandbox.Kernel.Child;

/// <summary>A program as the stub walks it, laid out once: strings, arrays and structures in one piece, in which addresses count from its beginning.
/// Each launch gets a copy of it: <see cref="EncodedProgram"/>.</summary>
internal sealed class ProgramImage
{
    private readonly ImageBuilder _parts;

    private ProgramImage(ImageBuilder parts) => _parts = parts;

    /// <summary>The bytes.</summary>
    internal ReadOnlySpan<byte> Content => _parts.Content;

    /// <summary>Where an address stands.</summary>
    internal ReadOnlySpan<int> Addresses => CollectionsMarshal.AsSpan(_parts.Addresses);

    /// <summary>Where an fd is to be written, in how many bytes, and the name of its slot.</summary>
    internal IReadOnlyList<(int At, int Size, string Slot)> Fds => _parts.Fds;

    /// <summary>Where a string is to be written, and the name of its slot.</summary>
    internal IReadOnlyList<(int At, string Slot)> Texts => _parts.Texts;

    /// <summary>Where the <see cref="StubContext"/> stands.</summary>
    internal required int Context { get; init; }

    /// <summary>Where clone3 writes the pidfd.</summary>
    internal required int Pidfd { get; init; }

    /// <summary>Where the words stand that parent and child share.</summary>
    internal required (int Alive, int Ready, int Go) Words { get; init; }

    /// <summary>Lays out <paramref name="program"/>.</summary>
    internal static unsafe ProgramImage Of(ChildProgram program)
    {
        ImageBuilder builder = new();
        int context = builder.Allocate(sizeof(StubContext));
        int clone = builder.Allocate(sizeof(clone_args));
        int pidfd = builder.Allocate(sizeof(int));
        var words = (builder.Word("alive"), builder.Word(ChildProgram.ReadyWord), builder.Word(ChildProgram.GoWord));
        int before = builder.Encode(program.Before);
        int steps = builder.Encode(program.Steps);
        int after = builder.Encode(program.After);
        builder.Link(program.Before, before);
        builder.Link(program.Steps, steps);
        builder.Link(program.After, after);

        builder.At<int>(pidfd) = -1;
        ref clone_args arguments = ref builder.At<clone_args>(clone);
        arguments.flags = (ulong)program.CloneFlags.Value | Libc.CLONE_VM | Libc.CLONE_PIDFD | Libc.CLONE_CHILD_CLEARTID | Libc.CLONE_CLEAR_SIGHAND;
        arguments.exit_signal = Libc.SIGCHLD;
        clone_args layout;
        builder.Point(clone + (int)((byte*)&layout.pidfd - (byte*)&layout), pidfd);
        builder.Point(clone + (int)((byte*)&layout.child_tid - (byte*)&layout), words.Item1);
        if (program.Cgroup is string cgroup)
        {
            builder.Fds.Add((clone + (int)((byte*)&layout.cgroup - (byte*)&layout), sizeof(ulong), cgroup));
        }

        builder.At<StubContext>(context).CloneArgsSize = (ulong)sizeof(clone_args);
        StubContext parts;
        builder.Point(context + (int)((byte*)&parts.CloneArgs - (byte*)&parts), clone);
        builder.Point(context + (int)((byte*)&parts.Before - (byte*)&parts), before);
        builder.Point(context + (int)((byte*)&parts.Steps - (byte*)&parts), steps);
        builder.Point(context + (int)((byte*)&parts.After - (byte*)&parts), after);
        return new ProgramImage(builder) { Context = context, Pidfd = pidfd, Words = words };
    }
}
