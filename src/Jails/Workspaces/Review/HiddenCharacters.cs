using System.Globalization;
using System.Text;
using AgentSandbox.Kernel;

namespace AgentSandbox.Jails.Workspaces.Review;

/// <summary>Whether a name is what it looks like.</summary>
internal static class HiddenCharacters
{
    /// <summary>True if <paramref name="name"/> has control characters, characters that change the direction of text or cannot be seen, or is not UTF-8.</summary>
    internal static bool AreIn(ReadOnlySpan<byte> name) => !FileName.IsText(name) || Encoding.UTF8.GetString(name).EnumerateRunes().Any(IsHidden);

    private static bool IsHidden(Rune rune) => Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
            or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned
        || (Rune.IsWhiteSpace(rune) && rune.Value != ' ')
        || rune.Value is 0x34f or 0x115f or 0x1160 or 0x17b4 or 0x17b5 or 0x2800 or 0x3164 or 0xffa0 or (>= 0x180b and <= 0x180f) or (>= 0xfe00 and <= 0xfe0f) or (>= 0xe0000 and <= 0xe0fff); // drawn as nothing
}
