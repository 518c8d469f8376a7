using System.Text;

namespace AgentSandbox.Kernel;

/// <summary>Names and paths as the kernel has them: bytes, which need not be UTF-8.</summary>
public static class FileName
{
    private static readonly UTF8Encoding s_strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>True if <paramref name="name"/> is text.</summary>
    public static bool IsText(ReadOnlySpan<byte> name) => System.Text.Unicode.Utf8.IsValid(name);

    /// <summary>The bytes of a text.</summary>
    /// <exception cref="EncoderFallbackException">It has half of a surrogate pair.</exception>
    public static byte[] Encode(string name) => s_strict.GetBytes(name);

    /// <summary>A name for people: what is no UTF-8 as <c>\xNN</c>.</summary>
    public static string Show(ReadOnlySpan<byte> name)
    {
        StringBuilder text = new();
        while (!name.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(name, out Rune rune, out int count) == System.Buffers.OperationStatus.Done)
            {
                text.Append(rune.ToString());
            }
            else
            {
                foreach (byte one in name[..count])
                {
                    text.Append(System.Globalization.CultureInfo.InvariantCulture, $"\\x{one:x2}");
                }
            }

            name = name[count..];
        }

        return text.ToString();
    }
}
