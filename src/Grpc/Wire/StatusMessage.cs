using System.Buffers;
using System.Text;

namespace AgentSandbox.Grpc.Wire;

/// <summary>The percent-encoding of <c>grpc-message</c>: UTF-8, of which all but printable ASCII, and the percent sign, is escaped.</summary>
/// <remarks>Source: PROTOCOL-HTTP2, "Status-Message".</remarks>
internal static class StatusMessage
{
    private static readonly SearchValues<char> s_plain = SearchValues.Create(
        [.. Enumerable.Range(' ', '~' - ' ' + 1).Select(c => (char)c).Where(c => c != '%')]);

    /// <summary>Encodes a text; lone surrogates become U+FFFD.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="maxBytes">A longer text is cut at a character: a header has to fit the client's limit.</param>
    public static string Encode(string text, int maxBytes = 4096)
    {
        if (text.Length <= maxBytes && !text.AsSpan().ContainsAnyExcept(s_plain))
        {
            return text;
        }

        StringBuilder encoded = new(Math.Min(text.Length * 2, maxBytes));
        Span<byte> utf8 = stackalloc byte[4];
        Span<char> escapes = stackalloc char[12];
        foreach (Rune rune in text.EnumerateRunes())
        {
            int length = 0;
            if (rune.IsAscii && s_plain.Contains((char)rune.Value))
            {
                escapes[length++] = (char)rune.Value;
            }
            else
            {
                foreach (byte b in utf8[..rune.EncodeToUtf8(utf8)])
                {
                    escapes[length++] = '%';
                    escapes[length++] = Hex(b >> 4);
                    escapes[length++] = Hex(b & 0xF);
                }
            }

            if (encoded.Length + length > maxBytes)
            {
                break;
            }

            encoded.Append(escapes[..length]);
        }

        return encoded.ToString();
    }

    /// <summary>Decodes a text. It never fails: what is no escape is left as it is, what is no UTF-8 becomes U+FFFD.</summary>
    public static string Decode(string text)
    {
        if (!text.Contains('%'))
        {
            return text;
        }

        byte[] bytes = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(text.Length));
        int length = 0;
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == '%' && i + 2 < text.Length && char.IsAsciiHexDigit(text[i + 1]) && char.IsAsciiHexDigit(text[i + 2]))
            {
                bytes[length++] = (byte)((Value(text[i + 1]) << 4) | Value(text[i + 2]));
                i += 2;
            }
            else if (char.IsAscii(text[i]))
            {
                bytes[length++] = (byte)text[i];
            }
            else
            {
                int end = i + (char.IsHighSurrogate(text[i]) && i + 1 < text.Length ? 2 : 1);
                length += Encoding.UTF8.GetBytes(text.AsSpan(i, end - i), bytes.AsSpan(length));
                i = end - 1;
            }
        }

        string decoded = Encoding.UTF8.GetString(bytes, 0, length);
        ArrayPool<byte>.Shared.Return(bytes);
        return decoded;
    }

    private static char Hex(int value) => (char)(value < 10 ? '0' + value : 'A' + value - 10);

    private static int Value(char hex) => hex <= '9' ? hex - '0' : (hex | 0x20) - 'a' + 10;
}
