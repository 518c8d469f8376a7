using AgentSandbox.Mcp.Session;

namespace AgentSandbox.Mcp.Running;

/// <summary>A part of what a command wrote.</summary>
/// <param name="Start">Where it begins, in bytes.</param>
/// <param name="Next">Where the next one begins.</param>
/// <param name="Total">How much was written until now.</param>
/// <param name="IsRunning">Whether more may come.</param>
/// <param name="Text">The part.</param>
internal sealed record OutputPage(long Start, long Next, long Total, bool IsRunning, string Text)
{
    /// <summary>A part of what is kept of a stream. It does not end within a character, unless nothing else is there.</summary>
    public static OutputPage Of(KeptStream stream, long offset, int most, bool isRunning)
    {
        (byte[] bytes, long start) = stream.Read(offset, most);
        return Of(bytes, start, stream.Length, isRunning);
    }

    /// <summary>A part of a stream.</summary>
    public static OutputPage Of(ReadOnlySpan<byte> bytes, long start, long total, bool isRunning)
    {
        int whole = start + bytes.Length >= total && !isRunning ? bytes.Length : OutputText.WholeCharacters(bytes);
        whole = whole == 0 ? bytes.Length : whole;
        return new OutputPage(start, start + whole, Math.Max(total, start + whole), isRunning, OutputText.Decode(bytes[..whole]));
    }
}
