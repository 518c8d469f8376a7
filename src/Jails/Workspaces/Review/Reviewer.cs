using System.Collections.Immutable;
using System.Text;
using AgentSandbox.Kernel;

namespace AgentSandbox.Jails.Workspaces.Review;

/// <summary>Says what a reviewer should know of a change, by <see cref="ReviewRules"/> and by what kind of file it is. Files are read, never run.</summary>
public static class Reviewer
{
    private const int LongestBegin = 64 * 1024;
    private const uint AnyExecute = 0b001_001_001;
    private const uint SetIds = 0b110_000_000_000;

    private static readonly ImmutableArray<(ReviewMarks Mark, ReviewPattern Pattern)> s_paths =
        [.. ReviewRules.Paths.SelectMany(rule => rule.Patterns.Select(pattern => (rule.Mark, new ReviewPattern(pattern))))];

    private static readonly ImmutableArray<(ReviewMarks Mark, ReviewPattern Name, string[] Texts)> s_contents =
        [.. ReviewRules.Contents.SelectMany(rule => rule.Names.Select(name => (rule.Mark, new ReviewPattern(name), rule.Texts)))];

    /// <summary>All that is known of <paramref name="change"/>. Of what was removed only the path counts.</summary>
    /// <exception cref="SyscallException">The file cannot be read.</exception>
    public static ReviewMarks MarksOf(TreeChange change)
    {
        ReadOnlySpan<byte> path = change.Path.Span;
        IReadOnlyList<string> names = FoldedPath.Of(path);
        ReviewMarks marks = HiddenCharacters.AreIn(path[(path.LastIndexOf((byte)'/') + 1)..]) ? ReviewMarks.Name : ReviewMarks.None;
        foreach ((ReviewMarks mark, ReviewPattern pattern) in s_paths)
        {
            marks |= (marks & mark) == 0 && pattern.Matches(names) ? mark : ReviewMarks.None;
        }

        return change.After is SeenFile after ? marks | MarksOf(path, names, after) : marks;
    }

    private static ReviewMarks MarksOf(ReadOnlySpan<byte> path, IReadOnlyList<string> names, SeenFile file)
    {
        ReviewMarks marks = file.Entry.Kind switch
        {
            EntryKind.Regular => OfContent(names, file.ReadBegin(LongestBegin)) | ((file.Entry.Mode & AnyExecute) != 0 ? ReviewMarks.Executable : ReviewMarks.None),
            EntryKind.Link => LinkTarget.Leaves(path, file.Target) ? ReviewMarks.EscapingLink : ReviewMarks.None,
            EntryKind.Other => ReviewMarks.Special,
            _ => ReviewMarks.None,
        };
        return marks | ((file.Entry.Mode & SetIds) != 0 ? ReviewMarks.SetUserId : ReviewMarks.None);
    }

    private static ReviewMarks OfContent(IReadOnlyList<string> names, byte[] begin)
    {
        ReviewMarks marks = ReviewMarks.None;
        foreach ((ReviewMarks mark, byte[] bytes) in ReviewRules.Beginnings)
        {
            marks |= begin.AsSpan().StartsWith(bytes) ? mark : ReviewMarks.None;
        }

        string? text = null;
        foreach ((ReviewMarks mark, ReviewPattern name, string[] texts) in s_contents)
        {
            if (name.Matches(names))
            {
                text ??= Encoding.UTF8.GetString(begin);
                marks |= texts.Any(wanted => text.Contains(wanted, StringComparison.OrdinalIgnoreCase)) ? mark : ReviewMarks.None;
            }
        }

        return marks;
    }
}
