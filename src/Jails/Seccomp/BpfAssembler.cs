using System.Collections.Immutable;
using AgentSandbox.Kernel;
using static AgentSandbox.Kernel.Libc;

namespace AgentSandbox.Jails.Seccomp;

/// <summary>Builds a BPF program from its end to its beginning, so that the target of every jump already exists.</summary>
/// <remarks>
/// A node is an instruction with all that follows it; equal nodes are made once, which is how answers and checks are shared. A conditional
/// jump reaches 255 instructions ahead: where its target is further, a nearer copy of a return, or a <c>BPF_JA</c>, stands in for it.
/// Source: Documentation/networking/filter.rst; BPF jumps go forward only.
/// </remarks>
internal sealed class BpfAssembler
{
    private const int MaxOffset = byte.MaxValue;

    private readonly List<Instruction> _reversed = [];
    private readonly Dictionary<Instruction, int> _nodes = [];

    /// <summary>Ends the program with <paramref name="value"/>.</summary>
    public int Return(uint value) => Node(new(BPF_RET | BPF_K, value, -1, -1));

    /// <summary>Loads the word at <paramref name="offset"/> of <c>seccomp_data</c> into the accumulator.</summary>
    public int Load(uint offset, int next) => Straight(BPF_LD | BPF_W | BPF_ABS, offset, next);

    /// <summary>Keeps the bits of <paramref name="mask"/> in the accumulator.</summary>
    public int And(uint mask, int next) => mask == uint.MaxValue ? next : Straight(BPF_ALU | BPF_AND | BPF_K, mask, next);

    /// <summary>Compares the accumulator with <paramref name="value"/>.</summary>
    /// <param name="comparison"><c>BPF_JEQ</c>, <c>BPF_JGE</c>, <c>BPF_JSET</c>.</param>
    /// <param name="value">The constant.</param>
    /// <param name="yes">The node where the comparison holds.</param>
    /// <param name="no">The node where it does not.</param>
    public int Jump(ushort comparison, uint value, int yes, int no)
    {
        if (yes == no)
        {
            return yes;
        }

        Instruction jump = new((ushort)(BPF_JMP | comparison | BPF_K), value, yes, no);
        if (_nodes.TryGetValue(jump, out int known))
        {
            return known;
        }

        int nearYes = Near(yes, MaxOffset - 1); // one less: making the other near may add an instruction
        int nearNo = Near(no, MaxOffset);
        int node = Append(jump with { Yes = nearYes, No = nearNo });
        _nodes[jump] = node;
        return node;
    }

    /// <summary>The program that begins at <paramref name="start"/>.</summary>
    public ImmutableArray<sock_filter> Build(int start)
    {
        FallInto(start);
        ImmutableArray<sock_filter>.Builder program = ImmutableArray.CreateBuilder<sock_filter>(_reversed.Count);
        for (int node = _reversed.Count - 1; node >= 0; node--)
        {
            Instruction one = _reversed[node];
            program.Add(one.Code switch
            {
                BPF_JMP | BPF_JA => new(one.Code, 0, 0, (uint)Distance(node, one.Yes)),
                _ when one.No >= 0 => new(one.Code, (byte)Distance(node, one.Yes), (byte)Distance(node, one.No), one.Operand),
                _ => new(one.Code, 0, 0, one.Operand),
            });
        }

        return program.MoveToImmutable();
    }

    private static int Distance(int from, int to) => from - to - 1;

    private int Straight(ushort code, uint operand, int next)
    {
        Instruction one = new(code, operand, next, -1);
        if (!_nodes.TryGetValue(one, out int node))
        {
            FallInto(next);
            node = Append(one);
            _nodes[one] = node;
        }

        return node;
    }

    private int Node(Instruction one)
    {
        if (!_nodes.TryGetValue(one, out int node))
        {
            node = Append(one);
            _nodes[one] = node;
        }

        return node;
    }

    /// <summary>Makes the next appended instruction run into <paramref name="target"/>.</summary>
    private void FallInto(int target)
    {
        if (target != _reversed.Count - 1)
        {
            StandIn(target);
        }
    }

    /// <summary>The node itself, or a stand-in, that a jump appended next reaches.</summary>
    private int Near(int target, int reach)
    {
        if (Distance(_reversed.Count, target) <= reach)
        {
            return target;
        }

        return _nodes.TryGetValue(StandInFor(target), out int known) && Distance(_reversed.Count, known) <= reach ? known : StandIn(target);
    }

    private int StandIn(int target)
    {
        Instruction one = StandInFor(target);
        int node = Append(one);
        _nodes[one] = node; // the nearest one serves the jumps that follow
        return node;
    }

    private Instruction StandInFor(int target) =>
        _reversed[target].Code == (BPF_RET | BPF_K) ? _reversed[target] : new(BPF_JMP | BPF_JA, 0, target, -1);

    private int Append(Instruction one)
    {
        _reversed.Add(one);
        return _reversed.Count - 1;
    }

    private readonly record struct Instruction(ushort Code, uint Operand, int Yes, int No);
}
