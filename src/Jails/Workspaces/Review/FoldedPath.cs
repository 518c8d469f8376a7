using System.Text;

namespace AgentSandbox.Jails.Workspaces.Review;

/// <summary>A path as the most careless file system would take it: Windows and macOS know no case and overlook some characters, so there <c>.GIT</c>, <c>.git.</c> and <c>.g\u200cit</c>
/// are <c>.git</c>.</summary>
/// <remarks>What git itself refuses for the same reason: its documentation of core.protectHFS and core.protectNTFS.</remarks>
internal static class FoldedPath
{
    private const int LongestPath = 4096; // what lies deeper can hardly be opened by a path: its end is looked at

    /// <summary>The names of the path, folded.</summary>
    internal static IReadOnlyList<string> Of(ReadOnlySpan<byte> path)
    {
        ReadOnlySpan<byte> end = path[Math.Max(0, path.Length - LongestPath)..];
        return [.. Encoding.UTF8.GetString(end).Split('/', '\\').Select(Fold)];
    }

    private static string Fold(string name)
    {
        StringBuilder folded = new(name.Length);
        foreach (Rune rune in name.EnumerateRunes())
        {
            if (!IsOverlooked(rune.Value))
            {
                folded.Append(Lower(rune).ToString());
            }
        }

        string all = folded.ToString();
        string withoutStream = all.IndexOf(':', StringComparison.Ordinal) is > 0 and int colon ? all[..colon] : all;
        string trimmed = withoutStream.TrimEnd('.', ' ');
        return trimmed switch
        {
            "" => all,
            "git~1" => ".git", // its short name on NTFS
            _ => trimmed,
        };
    }

    private static Rune Lower(Rune rune) => rune.Value switch
    {
        0x17f => new Rune('s'), // the long s, and the sign of the Kelvin: no other letters fold to ASCII
        0x212a => new Rune('k'),
        _ => Rune.ToLowerInvariant(rune),
    };

    private static bool IsOverlooked(int value) => value is (>= 0x200c and <= 0x200f) or (>= 0x202a and <= 0x202e) or (>= 0x206a and <= 0x206f) or 0xfeff;
}
