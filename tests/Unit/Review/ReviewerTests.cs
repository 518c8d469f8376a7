using System.Text;
using AgentSandbox.Jails.Workspaces.Review;
using Xunit;
using static AgentSandbox.Jails.Workspaces.Review.ReviewMarks;

namespace AgentSandbox.Tests.Unit.Review;

/// <summary>What a reviewer is told of a change.</summary>
public sealed class ReviewerTests
{
    public static TheoryData<string, ReviewMarks> Names => new()
    {
        { "src/main.c", None },
        { "docs/readme.txt", None },
        { "git/hooks.txt", None },
        { "src/hooks/useState.ts", None },
        { ".git/objects/12/3456", None },
        { ".git/hooks/post-checkout", Git },
        { "a/b/.git/hooks/any/thing", Git },
        { "deep/down/.git/config", Git },
        { "vendor/x/.git", Git | Dotfile },
        { "GIT~1/config", Git },
        { ".GIT/Config", Git },
        { ".git./hooks/pre-commit", Git },
        { ".g\u200cit/hooks/pre-commit", Git },
        { "a\\.git\\config", Git },
        { ".git/modules/sub/config", Git },
        { "bare.repo/hooks/pre-receive", Git },
        { "sub/.gitattributes", Git | Dotfile },
        { ".gitmodules", Git | Dotfile },
        { ".bashrc", Dotfile },
        { "home/.PROFILE", Dotfile },
        { ".config/fish/config.fish", Dotfile },
        { ".github/workflows/x.yml", ContinuousIntegration },
        { ".gitlab-ci.yml", ContinuousIntegration | Dotfile },
        { "Jenkinsfile", ContinuousIntegration },
        { "sub/jenkinsfile.release", ContinuousIntegration },
        { ".vscode/tasks.json", Editor },
        { "x/.VSCode/settings.json", Editor },
        { ".devcontainer/devcontainer.json", Editor },
        { "p.code-workspace", Editor },
        { ".mcp.json", Agent | Dotfile },
        { "CLAUDE.md", Agent },
        { "pkg/AGENTS.md", Agent },
        { ".cursor/rules/a.mdc", Agent },
        { "package-lock.json", LockFile },
        { "Cargo.lock", LockFile },
        { "requirements-dev.txt", LockFile },
        { "package.json", Build },
        { "setup.py", Build },
        { "sub/Makefile", Build },
        { "build.gradle.kts", Build },
        { "src/App.csproj", Build },
        { "x.targets", Build },
        { "tests/conftest.py", Build },
        { "tab\there", Name },
        { "abc\u202etxt.exe", Name },
        { "in\u200bvisible", Name },
        { "filler\u3164", Name },
        { "caf\u00e9 \u65e5\u672c", None },
    };

    [Theory]
    [MemberData(nameof(Names))]
    public void MarksOf_AFile_GoesByItsName(string path, ReviewMarks expected)
    {
        using TwoTrees trees = new();
        trees.Add(path, "text\n");

        Assert.Equal(expected, trees.MarksOf(path));
    }

    public static TheoryData<string, string, ReviewMarks> Contents => new()
    {
        { "run", "#!/bin/sh\n", Executable },
        { "program", "\u007fELF", Executable },
        { "text", "# no program\n", None },
        { "bare/config", "[core]\n\tbare = true\n\tFSMonitor = ./evil\n", Git },
        { "any/config", "colour = blue\n", None },
        { "x/my.gitconfig", "[alias]\n", Git },
        { "bare/HEAD", "ref: refs/heads/main\n", Git },
        { "elsewhere", "gitdir: ../other\n", Git },
    };

    [Theory]
    [MemberData(nameof(Contents))]
    public void MarksOf_AFile_GoesByItsContent(string path, string content, ReviewMarks expected)
    {
        using TwoTrees trees = new();
        trees.Add(path, content);

        Assert.Equal(expected, trees.MarksOf(path));
    }

    [Fact]
    public void MarksOf_AFile_GoesByItsMode()
    {
        using TwoTrees trees = new();
        trees.Add("executable", "", 0b111_101_101);
        trees.Add("setuid", "", 0b100_110_100_100);
        trees.Add("setgid", "", 0b010_110_101_100);

        Assert.Equal((Executable, SetUserId, SetUserId | Executable), (trees.MarksOf("executable"), trees.MarksOf("setuid"), trees.MarksOf("setgid")));
    }

    [Fact]
    public void MarksOf_WhatWasRemoved_GoByItsNameAlone()
    {
        using TwoTrees trees = new();
        File.WriteAllText(Path.Combine(trees.Before, ".bashrc"), "#!/bin/sh\n");

        Assert.Equal(Dotfile, trees.MarksOf(".bashrc"));
    }

    [Theory]
    [InlineData("link", "file", false)]
    [InlineData("link", "./a//b", false)]
    [InlineData("a/b/link", "../../file", false)]
    [InlineData("a/b/link", ".././../a", false)]
    [InlineData("link", "..", true)]
    [InlineData("link", "/etc/passwd", true)]
    [InlineData("a/b/link", "../../../file", true)]
    [InlineData("a/b/link", "..//../../", true)]
    [InlineData("a/b/link", "other-link/../../x", true)] // other-link -> ../.. makes it climb out
    [InlineData("link", "C:\\Windows", true)]
    [InlineData("link", "..\\x", true)]
    [InlineData("link", "dots...", false)]
    public void Leaves_ALink_GoesByItsTextAndPlace(string path, string target, bool leaves) =>
        Assert.Equal(leaves, LinkTarget.Leaves(Encoding.UTF8.GetBytes(path), Encoding.UTF8.GetBytes(target)));

    [Fact]
    public void MarksOf_ALinkThatLeaves_SaySo()
    {
        using TwoTrees trees = new();
        File.CreateSymbolicLink(Path.Combine(trees.After, "out"), "../elsewhere");
        File.CreateSymbolicLink(Path.Combine(trees.After, "in"), "elsewhere");

        Assert.Equal((EscapingLink, None), (trees.MarksOf("out"), trees.MarksOf("in")));
    }

    [Fact]
    public void AreIn_BytesThatAreNoText_IsTrue() => Assert.True(HiddenCharacters.AreIn([0xff, (byte)'a']));

    [Fact]
    public void Patterns_OfTheTable_AreFoldedAlready() => Assert.All(
        ReviewRules.Paths.SelectMany(rule => rule.Patterns), pattern => Assert.Equal(pattern, string.Join('/', FoldedPath.Of(Encoding.UTF8.GetBytes(pattern)))));
}
