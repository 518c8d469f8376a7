using System.Text;
using Xunit;

namespace AgentSandbox.Tests.Kernel.Review;

/// <summary>Trees that somebody made to be hard to compare.</summary>
public sealed class HostileTreeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public HostileTreeTests()
    {
        Directory.CreateDirectory(Before);
        Directory.CreateDirectory(After);
    }

    private string Before => Path.Combine(_folder.Path, "before");

    private string After => Path.Combine(_folder.Path, "after");

    public void Dispose() => OverlayStates.Run("rm", "-rf", _folder.Path);

    [Theory]
    [InlineData(10_000, 1)]
    [InlineData(1_000, 255)]
    public void Changes_InDeepDirectories_AreFound_WithFewFilesOpen(int levels, int length)
    {
        MakeDeep(Before, levels, length);
        MakeDeep(After, levels, length);
        Deepest(After, levels, length, "open F, '>new'; close F; open F, '>same'; print F 2");
        Deepest(Before, levels, length, "open F, '>same'; print F 1");
        int open = 0;
        List<string> changes = Changes.Of(Before, After, see: _ => open = Directory.GetFiles("/proc/self/fd").Length);

        string deep = string.Concat(Enumerable.Repeat(new string('d', length) + "/", levels));
        Assert.Equal([$"+ {deep}new", $"~ {deep}same"], changes);
        Assert.InRange(open, 0, 600);
        List<string> removed = Changes.Of(After, Path.Combine(_folder.Path, "before", "..", "before"), within: new string('d', length));
        Assert.Equal(2, removed.Count);
    }

    [Fact]
    public void Changes_OfADeepTreeThatIsNew_AreAllOfIt()
    {
        const int Levels = 2_000;
        MakeDeep(After, Levels, 1);
        for (int i = 0; i < 2; i++)
        {
            List<string> changes = i == 0 ? Changes.Of(Before, After) : Changes.Of(After, Before);

            Assert.Equal(Levels, changes.Count);
            Assert.Equal($"{"+-"[i]} {string.Join('/', Enumerable.Repeat("d", Levels))}", changes[^1]);
        }
    }

    [Fact]
    public void Changes_WhenATreeIsTakenAwayMeanwhile_GoOnAboveIt()
    {
        const int Levels = 400;
        const int Taken = 10;
        MakeDeep(Before, Levels, 1);
        MakeDeep(After, Levels, 1);
        Each(After, Levels, "open F, '>z'; close F");
        Deepest(After, Levels, 1, "open F, '>first'; close F");
        string taken = Path.Combine(After, string.Join('/', Enumerable.Repeat("d", Taken)));
        List<string> changes = Changes.Of(Before, After, see: line =>
        {
            if (line.EndsWith("/first", StringComparison.Ordinal))
            {
                Directory.Move(taken, Path.Combine(_folder.Path, "taken"));
            }
        });

        Assert.Equal(Enumerable.Range(1, Taken - 1).Reverse().Select(level => $"+ {string.Concat(Enumerable.Repeat("d/", level))}z"), changes[^(Taken - 1)..]);
    }

    [Fact]
    public void Changes_HaveNamesAsBytes_InTheirOrder()
    {
        OverlayStates.Run("sh", "-ec", $"cd {After}; mkdir a '-'; : >a/c; : >a-b; : >a0; : >-/x; : >\"$(printf 'new\\nline')\"; : >\"$(printf 'bad\\377')\"; : >{new string('n', 255)}");

        Assert.Equal(["+ -", "+ -/x", "+ a", "+ a-b", "+ a/c", "+ a0", "+ bad\\xff", "+ new\nline", $"+ {new string('n', 255)}"], Changes.Of(Before, After));
    }

    [Fact]
    public void Changes_OfSparseFiles_DoNotReadTheHoles()
    {
        const string Size = "2G";
        foreach (string folder in new[] { Before, After })
        {
            OverlayStates.Run("truncate", "-s", Size, Path.Combine(folder, "same"), Path.Combine(folder, "changed"), Path.Combine(folder, "filled"), Path.Combine(folder, "late"));
            Write(folder, "same", 1_500_000_000, "data");
            Write(folder, "changed", 1_500_000_000, folder == Before ? "data" : "DATA");
            Write(folder, "late", folder == Before ? 1_000_000 : 1_900_000_000, "data");
        }

        Write(After, "filled", 1_000_000_000, new string('\0', 8192)); // written zeros are what a hole is
        long start = BytesRead();

        Assert.Equal(["~ changed", "~ late"], Changes.Of(Before, After));
        Assert.InRange(BytesRead() - start, 1, 4_000_000);
    }

    [Fact]
    public void Changes_OfSpecialFiles_AreByKindAndNumber_AndNothingIsOpened()
    {
        Requires.Feature("root");
        OverlayStates.Run("sh", "-ec", $"cd {Before}; mkfifo fifo was-fifo; mknod null c 1 3; mknod device c 1 5; mknod kind b 7 99; python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind(\"socket\")'");
        OverlayStates.Run("sh", "-ec", $"cd {After}; mkfifo fifo; : >was-fifo; mknod null c 1 3; mknod device c 1 7; mknod kind c 7 99; mknod new p");

        Assert.Equal(["~ device", "~ kind", "+ new", "- socket", "~ was-fifo"], Changes.Of(Before, After));
    }

    [Fact]
    public void Changes_BehindALink_AreNotSeen()
    {
        Directory.CreateDirectory(Path.Combine(_folder.Path, "outside"));
        File.WriteAllText(Path.Combine(_folder.Path, "outside", "file"), "secret");
        File.CreateSymbolicLink(Path.Combine(Before, "link"), "../outside");
        File.CreateSymbolicLink(Path.Combine(After, "link"), "../outside");
        Directory.CreateDirectory(Path.Combine(Before, "was-directory"));
        File.CreateSymbolicLink(Path.Combine(After, "was-directory"), "../outside");

        Assert.Equal(["~ was-directory"], Changes.Of(Before, After));
        Assert.Empty(Changes.Of(Before, After, within: "link/file"));
    }

    [Fact]
    public void Changes_OfLargeFiles_AreFoundToTheLastByte()
    {
        byte[] content = new byte[3_000_001];
        new Random(1).NextBytes(content);
        File.WriteAllBytes(Path.Combine(Before, "last"), content);
        File.WriteAllBytes(Path.Combine(Before, "same"), content);
        File.WriteAllBytes(Path.Combine(After, "same"), content);
        content[^1] ^= 1;
        File.WriteAllBytes(Path.Combine(After, "last"), content);

        Assert.Equal(["~ last"], Changes.Of(Before, After));
    }

    private static void MakeDeep(string root, int levels, int length) => Deepest(root, levels, length, "");

    private static void Each(string root, int levels, string work) => Perl(root, levels, 1, work, "");

    private static void Deepest(string root, int levels, int length, string work) => Perl(root, levels, length, "", work);

    private static void Perl(string root, int levels, int length, string each, string last) =>
        OverlayStates.Run("perl", "-e", $"chdir '{root}' or die; for (1..{levels}) {{ mkdir 'd' x {length}; chdir 'd' x {length} or die $!; {each} }} {last}");

    private static void Write(string folder, string name, long offset, string text)
    {
        using FileStream file = new(Path.Combine(folder, name), FileMode.Open);
        file.Position = offset;
        file.Write(Encoding.UTF8.GetBytes(text));
    }

    private static long BytesRead() => long.Parse(File.ReadAllLines("/proc/self/io")[0].Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);
}
