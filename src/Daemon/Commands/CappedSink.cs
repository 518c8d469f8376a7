namespace AgentSandbox.Daemon.Commands;

/// <summary>Keeps the first bytes of each stream in memory, and drops the rest.</summary>
/// <param name="cap">The most bytes of a stream: 0 or more.</param>
internal sealed class CappedSink(int cap) : IOutputSink
{
    private readonly MemoryStream[] _kept = [new(), new()];
    private readonly bool[] _cut = new bool[2];

    public ValueTask WriteAsync(OutputStream stream, ReadOnlyMemory<byte> chunk)
    {
        MemoryStream kept = _kept[(int)stream];
        int room = Math.Min(chunk.Length, cap - (int)kept.Length);
        kept.Write(chunk.Span[..room]);
        _cut[(int)stream] |= room < chunk.Length;
        return ValueTask.CompletedTask;
    }

    /// <summary>What was kept of a stream.</summary>
    public ReadOnlyMemory<byte> Kept(OutputStream stream) => _kept[(int)stream].GetBuffer().AsMemory(0, (int)_kept[(int)stream].Length);

    /// <summary>True if there was more.</summary>
    public bool WasCut(OutputStream stream) => _cut[(int)stream];
}
