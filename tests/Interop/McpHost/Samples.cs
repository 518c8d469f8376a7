using ModelContextProtocol.Protocol;

namespace AgentSandbox.Tests.Interop.Mcp;

/// <summary>Contents that the suite asks for.</summary>
internal static class Samples
{
    private const string Pixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

    /// <summary>A PNG file of one pixel.</summary>
    public static byte[] Png { get; } = Convert.FromBase64String(Pixel);

    /// <summary>A WAV file without sound: 8,000 samples a second, of 8 bits, on one channel.</summary>
    public static byte[] Wav { get; } = [.. "RIFF"u8, 36, 0, 0, 0, .. "WAVEfmt "u8, 16, 0, 0, 0, 1, 0, 1, 0, 0x40, 0x1f, 0, 0, 0x40, 0x1f, 0, 0, 1, 0, 8, 0, .. "data"u8, 0, 0, 0, 0];

    /// <summary>The picture.</summary>
    public static ImageContentBlock Image() => ImageContentBlock.FromBytes(Png, "image/png");

    /// <summary>A text within an answer, with an address of its own.</summary>
    public static EmbeddedResourceBlock Embedded(string uri, string type, string text) => new() { Resource = new TextResourceContents { Uri = uri, MimeType = type, Text = text } };

    /// <summary>An answer of words.</summary>
    public static CallToolResult Said(string text) => new() { Content = [new TextContentBlock { Text = text }] };
}
