namespace AgentSandbox.Grpc.Wire;

/// <summary>The value of a <c>-bin</c> header: base64, sent without padding, read with or without.</summary>
/// <remarks>Source: PROTOCOL-HTTP2, "Custom-Metadata".</remarks>
internal static class BinaryHeader
{
    public static string Encode(ReadOnlySpan<byte> value) => Convert.ToBase64String(value).TrimEnd('=');

    /// <summary>Decodes one value; null if it is no base64.</summary>
    public static byte[]? Decode(ReadOnlySpan<char> text)
    {
        text = text.Trim(' ').TrimEnd('=');
        char[] padded = new char[(text.Length + 3) / 4 * 4];
        padded.AsSpan().Fill('=');
        text.CopyTo(padded);
        byte[] bytes = new byte[padded.Length / 4 * 3];
        return Convert.TryFromBase64Chars(padded, bytes, out int length) ? bytes[..length] : null;
    }
}
