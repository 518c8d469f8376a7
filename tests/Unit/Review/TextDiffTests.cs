using System.Text;
using AgentSandbox.Jails.Workspaces.Review.Text;
using Xunit;

namespace AgentSandbox.Tests.Unit.Review;

/// <summary>Unified diffs; patch(1) is the other side.</summary>
public sealed class TextDiffTests
{
    private const int Plenty = 100_000;

    [Fact]
    public void Of_AChange_IsAUnifiedDiff()
    {
        const string Before = "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n13\n14\n15";
        const string After = "1\n2\n3\n4\nfive\n6\n7\n8\n9\n10\n11\n12\n13\n14\n15\n";

        Assert.Equal(
            """
            --- a/dir/file
            +++ b/dir/file
            @@ -2,7 +2,7 @@
             2
             3
             4
            -5
            +five
             6
             7
             8
            @@ -12,4 +12,4 @@
             12
             13
             14
            -15
            \ No newline at end of file
            +15

            """,
            Diff(Before, After));
    }

    [Theory]
    [InlineData(null, "a\nb\n", "--- /dev/null\n+++ b/dir/file\n@@ -0,0 +1,2 @@\n+a\n+b\n")]
    [InlineData("a\n", null, "--- a/dir/file\n+++ /dev/null\n@@ -1 +0,0 @@\n-a\n")]
    [InlineData(null, "", "--- /dev/null\n+++ b/dir/file\n")]
    public void Of_AFileThatComesOrGoes_NamesDevNull(string? before, string? after, string expected) => Assert.Equal(expected, Diff(before, after));

    [Theory]
    [InlineData("tab\there", "\"a/tab\\011here\"")]
    [InlineData("quo\"te", "\"a/quo\\\"te\"")]
    [InlineData("caf\u00e9", "a/caf\u00e9")]
    public void Of_AnOddName_IsQuotedAsGitDoes(string path, string expected) =>
        Assert.StartsWith($"--- {expected}\n", TextDiff.Of(Encoding.UTF8.GetBytes(path), "a\n"u8.ToArray(), "b\n"u8.ToArray(), Plenty, CancellationToken.None).Text, StringComparison.Ordinal);

    [Fact]
    public void Of_WhatIsNoText_SaysSo()
    {
        Assert.Equal(("", "not text"), Lack([0xff, 0xfe], "a"u8.ToArray()));
        Assert.Equal(("", "not text"), Lack("a"u8.ToArray(), [(byte)'a', 0]));
    }

    [Fact]
    public void Of_MoreLinesThanAsked_IsCut()
    {
        string after = string.Concat(Enumerable.Range(0, 100).Select(i => $"{i}\n"));
        TextDiff diff = TextDiff.Of("f"u8, null, Encoding.UTF8.GetBytes(after), 10, CancellationToken.None);

        Assert.True(diff.IsCut);
        Assert.Equal(10, diff.Text.Count(c => c == '\n'));
        Assert.False(TextDiff.Of("f"u8, null, Encoding.UTF8.GetBytes(after), 103, CancellationToken.None).IsCut);
    }

    [Fact]
    public void Of_TextsThatCostTooMuch_SaysSo_InTime()
    {
        Random random = new(1);
        byte[] Text() => Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 250_000).Select(_ => $"{random.Next(1000)}\n")));
        long start = TimeProvider.System.GetTimestamp();

        Assert.Equal(("", "too different to be compared line by line"), Lack(Text(), Text()));
        Assert.InRange(TimeProvider.System.GetElapsedTime(start), TimeSpan.Zero, TimeSpan.FromSeconds(20));
    }

    [Fact]
    public void Of_TextsWithoutACommonLine_IsCheap()
    {
        string before = string.Concat(Enumerable.Range(0, 100_000).Select(i => $"a{i}\n"));
        string after = string.Concat(Enumerable.Range(0, 100_000).Select(i => $"b{i}\n"));

        Assert.Equal(Plenty, Diff(before, after).Count(c => c == '\n'));
    }

    [Fact]
    public void Of_RandomTexts_IsWhatPatchTakes_AndNoLongerThanDiff()
    {
        using TemporaryFolder folder = new();
        string Place(string name) => Path.Combine(folder.Path, name);
        for (int seed = 0; seed < 60; seed++)
        {
            Random random = new(seed);
            string before = RandomText(random, 60);
            string after = seed % 3 == 0 ? RandomText(random, 60) : Edited(before, random);
            File.WriteAllText(Place("before"), before);
            File.WriteAllText(Place("after"), after);
            string diff = Diff(before, after);
            if (before != after)
            {
                CliResult patched = Run("/usr/bin/patch", ["--quiet", "--force", "--output", Place("patched"), Place("before")], diff);
                Assert.True(patched.ExitCode == 0, $"seed {seed}: {patched}\n{diff}");
                Assert.Equal(after, File.ReadAllText(Place("patched")));
            }

            string minimal = Run("/usr/bin/diff", ["--minimal", "-u", Place("before"), Place("after")], "").Out;
            Assert.Equal(Edits(minimal), Edits(diff));
        }
    }

    private static CliResult Run(string program, string[] arguments, string stdin) => Processes.Run(program, arguments, Encoding.UTF8.GetBytes(stdin), null, TimeSpan.FromMinutes(1));

    // A longest common part is unique in its length: so is the number of lines that were removed and added.
    private static int Edits(string diff) => diff.Split('\n').Skip(2).Count(line => line.StartsWith('-') || line.StartsWith('+'));

    private static string RandomText(Random random, int most) =>
        string.Join('\n', Enumerable.Range(0, random.Next(most)).Select(_ => new string((char)('a' + random.Next(6)), random.Next(3)))) + (random.Next(2) == 0 ? "\n" : "");

    private static string Edited(string text, Random random)
    {
        List<string> lines = [.. text.Split('\n')];
        for (int i = random.Next(5); i > 0; i--)
        {
            int at = random.Next(lines.Count);
            if (random.Next(2) == 0)
            {
                lines.Insert(at, $"new {random.Next(3)}");
            }
            else if (lines.Count > 1)
            {
                lines.RemoveAt(at);
            }
        }

        return string.Join('\n', lines);
    }

    private static string Diff(string? before, string? after) => TextDiff.Of("dir/file"u8, Bytes(before), Bytes(after), Plenty, CancellationToken.None).Text;

    private static (string Text, string? Lack) Lack(byte[] before, byte[] after)
    {
        TextDiff diff = TextDiff.Of("f"u8, before, after, Plenty, CancellationToken.None);
        return (diff.Text, diff.Lack);
    }

    private static byte[]? Bytes(string? text) => text is null ? null : Encoding.UTF8.GetBytes(text);
}
