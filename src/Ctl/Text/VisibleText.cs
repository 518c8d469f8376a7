using System.Globalization;
using System.Text;

namespace AgentSandbox.Ctl.Text;

/// <summary>Text that a jail or a caller may have written, made safe for a terminal: what moves the cursor, changes the direction or cannot be seen is spelled out.</summary>
internal static class VisibleText
{
    /// <summary><paramref name="text"/>, with <c>\x1b</c> for ESC and <c>\u202e</c> for a change of direction.</summary>
    public static string Of(string text)
    {
        StringBuilder? visible = null;
        int at = 0;
        foreach (Rune rune in text.EnumerateRunes()) // half a character comes as U+FFFD
        {
            if (IsHidden(rune) && visible is null)
            {
                visible = new StringBuilder(text, 0, at, text.Length + 16);
            }

            visible?.Append(IsHidden(rune) ? Spell(rune) : rune.ToString());
            at += rune.Utf16SequenceLength;
        }

        return visible?.ToString() ?? text;
    }

    /// <summary>A line of a text: as <see cref="Of"/>, but tabs stay.</summary>
    public static string OfLine(string line) => string.Join('\t', line.Split('\t').Select(Of));

    /// <summary>A program and its arguments on one line; what has blanks in it or nothing is quoted.</summary>
    public static string OfCommand(IEnumerable<string> argv) => string.Join(' ', argv.Select(Of).Select(word => word.Length == 0 || word.Contains(' ', StringComparison.Ordinal) ? $"'{word}'" : word));

    private static bool IsHidden(Rune rune) => Rune.GetUnicodeCategory(rune) is
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned
        || rune == Rune.ReplacementChar;

    private static string Spell(Rune rune) => rune.Value switch
    {
        '\n' => @"\n",
        '\r' => @"\r",
        '\t' => @"\t",
        < 0x100 => $@"\x{rune.Value:x2}",
        < 0x10000 => $@"\u{rune.Value:x4}",
        _ => $@"\U{rune.Value:x8}",
    };
}
