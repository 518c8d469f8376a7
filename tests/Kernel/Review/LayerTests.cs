using AgentSandbox.Jails.Workspaces;
using AgentSandbox.Kernel;
using Xunit;

namespace AgentSandbox.Tests.Kernel.Review;

/// <summary>Differences between states of real overlays, found by their layers.</summary>
public sealed class LayerTests : IDisposable
{
    private readonly OverlayStates _states;

    public LayerTests()
    {
        Requires.Feature("root");
        Requires.Feature("overlay");
        _states = new OverlayStates();
    }

    public void Dispose() => _states.Dispose();

    [Fact]
    public void Changes_ByLayers_AreAllThatDiffers()
    {
        int first = _states.Then("mkdir -p keep/deep gone/deep odd; echo 1 >keep/deep/same; echo 1 >keep/file; echo 1 >gone/deep/file; echo 1 >touched; echo 1 >mode; ln -s a link; echo x >odd/file");
        int second = _states.Then("echo 2 >keep/file; rm -r gone; touch touched; chmod 755 mode; ln -sfn b link; mkdir new; echo 1 >new/file; rm -r odd; echo file >odd");

        string[] expected = ["- gone", "- gone/deep", "- gone/deep/file", "~ keep/file", "~ link", "~ mode", "+ new", "+ new/file", "~ odd", "- odd/file"];
        Assert.Equal(expected, _states.Compare(first, second, byLayers: true));
        Assert.Equal(expected.Select(line => line.Replace('+', '*').Replace('-', '+').Replace('*', '-')), _states.Compare(second, first, byLayers: true));
    }

    [Fact]
    public void Changes_OfADirectoryThatWasMadeAnew_AreThoseOfItsFiles()
    {
        int first = _states.Then("mkdir -p d/e; echo 1 >d/e/same; echo 1 >d/e/gone; echo 1 >d/changed");
        int second = _states.Then("rm -r d; mkdir -p d/e; echo 1 >d/e/same; echo 2 >d/changed; echo 1 >d/new");

        Assert.Equal(["~ d/changed", "- d/e/gone", "+ d/new"], _states.Compare(first, second, byLayers: true));
    }

    [Fact]
    public void Changes_ThatWereTakenBack_AreNone()
    {
        int first = _states.Then("mkdir d; echo 1 >d/file");
        _states.Then("echo 2 >d/file; mkdir new; mv d/file new");
        int third = _states.Then("mv new/file d; rmdir new; echo 1 >d/file");

        Assert.Empty(_states.Compare(first, third, byLayers: true));
        Assert.Equal(3, _states.Compare(first, 2, byLayers: true).Count);
    }

    [Fact]
    public void Changes_ByLayers_DoNotLookAtWhatNoLayerMentions()
    {
        int first = _states.Then("mkdir untouched d; echo 1 >untouched/file; echo 1 >d/file");
        int second = _states.Then("echo 2 >d/file");
        string trap = Path.Combine(_states.View(second), "untouched");
        OverlayStates.Run("mount", "-t", "tmpfs", "tmpfs", trap);
        try
        {
            Assert.Equal(["~ d/file"], _states.Compare(first, second, byLayers: true));
            Assert.Equal(Errno.EXDEV, Assert.Throws<SyscallException>(() => _states.Compare(first, second, byLayers: false)).Errno);
        }
        finally
        {
            OverlayStates.Run("umount", trap);
        }
    }

    [Theory]
    [InlineData("d", "~ d/a-b", "~ d/a/x/y")]
    [InlineData("d/a", "~ d/a/x/y")]
    [InlineData("d/a/x/y", "~ d/a/x/y")]
    [InlineData("d/a-b", "~ d/a-b")]
    [InlineData("new/dir", "+ new/dir", "+ new/dir/file")]
    [InlineData("absent/dir")]
    public void Changes_WithinAPath_AreThoseBeneathIt(string within, params string[] expected)
    {
        int first = _states.Then("mkdir -p d/a/x; echo 1 >d/a/x/y; echo 1 >d/a-b; echo 1 >z");
        int second = _states.Then("echo 2 >d/a/x/y; echo 2 >d/a-b; echo 2 >z; mkdir -p new/dir; : >new/dir/file");

        Assert.Equal(expected, _states.Compare(first, second, byLayers: true, within));
        Assert.Equal(expected, _states.Compare(first, second, byLayers: false, within));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public void Changes_OfRandomStates_AreThoseOfAPlainWalk(int seed)
    {
        Random random = new(seed);
        int last = 0;
        for (int i = 0; i < 4; i++)
        {
            last = _states.Then(RandomScript(random));
        }

        for (int from = 0; from <= last; from++)
        {
            for (int to = 0; to <= last; to++)
            {
                List<string> expected = Changes.Naively(_states.View(from), _states.View(to));
                Assert.Equal(expected, _states.Compare(from, to, byLayers: true));
                Assert.Equal(expected, _states.Compare(from, to, byLayers: false));
                CliResult diff = Processes.Run("/usr/bin/diff", ["-rq", "--no-dereference", _states.View(from), _states.View(to)], [], null, TimeSpan.FromMinutes(1));
                Assert.True(diff.ExitCode == 0 || expected.Count > 0, diff.ToString());
            }
        }
    }

    // Few names, so that files become directories and links, and what was removed comes back.
    private static string RandomScript(Random random)
    {
        string[] names = ["a", "b", "a-b", "a0", "c"];
        string Path() => string.Join('/', Enumerable.Range(0, random.Next(1, 4)).Select(_ => names[random.Next(names.Length)]));
        return string.Join('\n', Enumerable.Range(0, 25).Select(_ => random.Next(9) switch
        {
            0 or 1 => $"mkdir -p {Path()} 2>/dev/null || :",
            2 or 3 => $"echo {random.Next(3)} 2>/dev/null >{Path()} || :",
            4 => $"rm -rf {Path()} 2>/dev/null || :",
            5 => $"ln -sfn {Path()} {Path()} 2>/dev/null || :",
            6 => $"mv {Path()} {Path()} 2>/dev/null || :",
            7 => $"[ -h {Path()} ] || chmod {(random.Next(2) == 0 ? "700" : "755")} {Path()} 2>/dev/null || :",
            _ => $"touch -h {Path()} 2>/dev/null || :",
        }));
    }
}
