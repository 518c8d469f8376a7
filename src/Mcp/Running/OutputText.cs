using System.Globalization;
using System.Text;

namespace AgentSandbox.Mcp.Running;

/// <summary>What a command wrote, as text of bounded size: its beginning and its end, with a note of where the rest is.</summary>
internal static class OutputText
{
    /// <summary>The text of a stream.</summary>
    /// <param name="head">What it begins with.</param>
    /// <param name="tail">What it ends with.</param>
    /// <param name="length">How long the stream is, in bytes.</param>
    /// <param name="most">How much to show, in bytes.</param>
    /// <param name="where">Where the rest is, given the place of its first byte.</param>
    public static string Of(byte[] head, byte[] tail, long length, int most, Func<long, string> where)
    {
        if (length <= most && head.Length == length)
        {
            return Decode(head);
        }

        int half = most / 2;
        byte[] first = head[..WholeCharacters(head.AsSpan(0, Math.Min(half, head.Length)))];
        byte[] last = tail.Length <= half ? tail : tail[^half..];
        last = last[ContinuationBytes(last)..];
        long left = length - first.Length - last.Length;
        return $"{Decode(first)}\n[... {left.ToString(CultureInfo.InvariantCulture)} bytes are not shown: {where(first.Length)} ...]\n{Decode(last)}";
    }

    /// <summary>Bytes as text; what is not UTF-8 is replaced.</summary>
    public static string Decode(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes);

    /// <summary>How many of the bytes are whole characters: a character that the end cuts through is left out.</summary>
    public static int WholeCharacters(ReadOnlySpan<byte> bytes)
    {
        for (int back = 1; back <= Math.Min(3, bytes.Length); back++)
        {
            byte lead = bytes[^back];
            if ((lead & 0b1100_0000) == 0b1000_0000)
            {
                continue;
            }

            int needs = lead >= 0b1111_0000 ? 4 : lead >= 0b1110_0000 ? 3 : lead >= 0b1100_0000 ? 2 : 1;
            return needs > back ? bytes.Length - back : bytes.Length;
        }

        return bytes.Length;
    }

    private static int ContinuationBytes(ReadOnlySpan<byte> bytes)
    {
        int count = 0;
        while (count < Math.Min(3, bytes.Length) && (bytes[count] & 0b1100_0000) == 0b1000_0000)
        {
            count++;
        }

        return count;
    }
}
