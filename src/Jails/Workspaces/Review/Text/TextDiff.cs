using AgentSandbox.Kernel;

namespace AgentSandbox.Jails.Workspaces.Review.Text;

/// <summary>What changed in a file, as a unified diff with three lines of context.</summary>
/// <param name="Text">The diff; empty: there is none.</param>
/// <param name="IsCut">True: it was longer.</param>
/// <param name="Lack">Why there is none; null: there is, or the content is the same.</param>
public sealed record TextDiff(string Text, bool IsCut, string? Lack)
{
    private const int LongestFile = 1024 * 1024;

    /// <summary>The diff of <paramref name="change"/>, if it is one of regular files.</summary>
    /// <param name="change">The change.</param>
    /// <param name="maxLines">How many lines it may have: 1 or more.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="SyscallException">A file cannot be read.</exception>
    public static TextDiff Of(TreeChange change, int maxLines, CancellationToken cancellation)
    {
        SeenFile? before = Regular(change.Before);
        SeenFile? after = Regular(change.After);
        return before is null && after is null ? new TextDiff("", false, null)
            : before?.Entry.Size > LongestFile || after?.Entry.Size > LongestFile ? Without("longer than 1 MiB")
            : Of(change.Path.Span, Read(before), Read(after), maxLines, cancellation);
    }

    /// <summary>The diff of two contents.</summary>
    /// <param name="path">For its head.</param>
    /// <param name="before">Null: nothing was there.</param>
    /// <param name="after">Null: nothing is there.</param>
    /// <param name="maxLines">How many lines it may have: 1 or more.</param>
    /// <param name="cancellation">Ends it.</param>
    public static TextDiff Of(ReadOnlySpan<byte> path, byte[]? before, byte[]? after, int maxLines, CancellationToken cancellation)
    {
        if (!IsText(before) || !IsText(after))
        {
            return Without("not text");
        }

        LineTable lines = new(before ?? [], after ?? []);
        if (!LineMatcher.TryMatch(lines, cancellation))
        {
            return Without("too different to be compared line by line");
        }

        UnifiedText text = new(maxLines);
        text.AddHead(before is null ? null : path, after is null ? null : path);
        text.AddHunks(lines);
        return new TextDiff(text.ToString(), text.IsCut, null);
    }

    private static SeenFile? Regular(SeenFile? file) => file?.Entry.Kind == EntryKind.Regular ? file : null;

    private static byte[]? Read(SeenFile? file) => file?.ReadBegin(LongestFile);

    // A text with a NUL is no text to any tool.
    private static bool IsText(byte[]? content) => content is null || (FileName.IsText(content) && !content.AsSpan().Contains((byte)0));

    private static TextDiff Without(string why) => new("", false, why);
}
