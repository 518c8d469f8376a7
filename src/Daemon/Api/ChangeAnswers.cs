using System.Numerics;
using AgentSandbox.Jails.Workspaces;
using AgentSandbox.Jails.Workspaces.Review;
using AgentSandbox.Jails.Workspaces.Review.Text;
using AgentSandbox.Kernel;
using AgentSandbox.V1;
using ChangeKind = AgentSandbox.Jails.Workspaces.Review.ChangeKind;
using FileInfo = AgentSandbox.V1.FileInfo;

namespace AgentSandbox.Daemon.Api;

/// <summary>Changes of workspaces as callers get them.</summary>
internal static class ChangeAnswers
{
    private const int LongestPath = 1024 * 1024;
    private const int LongestRepeated = 4096; // what cannot be used in a request need not be said three times

    /// <summary>A change, with what a reviewer should know.</summary>
    /// <param name="change">The change.</param>
    /// <param name="textLines">How many lines of a text are shown; 0: none.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="WorkspaceException">Unfit: the path is too long for a message. It is not left out silently.</exception>
    public static FileChange Of(TreeChange change, int textLines, CancellationToken cancellation)
    {
        string path = FileName.Show(change.Path.Span);
        if (path.Length > LongestPath)
        {
            throw new WorkspaceException(WorkspaceFault.Unfit, $"a path of {change.Path.Length} bytes differs, which is too long to be shown: {path[..100]}...");
        }

        FileChange answer = new()
        {
            Path = path,
            Unaddressable = !FileName.IsText(change.Path.Span),
            Kind = change.Kind switch
            {
                ChangeKind.Added => V1.ChangeKind.Added,
                ChangeKind.Removed => V1.ChangeKind.Removed,
                _ => V1.ChangeKind.Changed,
            },
            Before = Info(path, change.Before),
            After = Info(path, change.After),
            TargetBefore = Target(change.Before),
            TargetAfter = Target(change.After),
        };
        answer.Flags.Add(Flags(Reviewer.MarksOf(change)));
        if (textLines > 0)
        {
            TextDiff text = TextDiff.Of(change, textLines, cancellation);
            (answer.Text, answer.TextCut, answer.NoText) = (text.Text, text.IsCut, text.Lack ?? "");
        }

        return answer;
    }

    // Both count in the same order, the API's from 1 on.
    private static IEnumerable<ReviewFlag> Flags(ReviewMarks marks) =>
        Enum.GetValues<ReviewMarks>().Where(mark => mark != ReviewMarks.None && marks.HasFlag(mark)).Select(mark => (ReviewFlag)(BitOperations.Log2((uint)mark) + 1));

    private static FileInfo? Info(string path, SeenFile? file) => file is null ? null : FileAnswers.Of(path.Length <= LongestRepeated ? path : "", file.Entry);

    private static string Target(SeenFile? file) => file?.Target is byte[] target ? FileName.Show(target) : "";
}
