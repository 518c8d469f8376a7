using AgentSandbox.Ctl.Client;
using AgentSandbox.Ctl.Copy;
using AgentSandbox.Ctl.Text;
using AgentSandbox.Daemon.Api;
using Xunit;

namespace AgentSandbox.Tests.Daemon.Cli;

/// <summary>Parts of <c>sandboxctl</c> that ask nobody.</summary>
public sealed class OfflineTests
{
    [Theory]
    [InlineData("plain é 日本", "plain é 日本")]
    [InlineData("\e[31mred", @"\x1b[31mred")]
    [InlineData("a\nb\r\t", @"a\nb\r\t")]
    [InlineData("\u202egnp.exe", @"\u202egnp.exe")]
    [InlineData("\u2066x\u200b", @"\u2066x\u200b")]
    [InlineData("\u009b31m", @"\x9b31m")]
    public void VisibleText_SpellsOut_WhatATerminalWouldObey(string text, string visible) => Assert.Equal(visible, VisibleText.Of(text));

    [Fact]
    public void VisibleText_SpellsOut_HalfACharacter() => Assert.Equal(@"a\ufffd", VisibleText.Of("a\ud800"));

    [Fact]
    public void VisibleText_OfALineOfText_KeepsTabs() => Assert.Equal("\ta\\x1b\tb", VisibleText.OfLine("\ta\e\tb"));

    [Theory]
    [InlineData("j-abc:dir/file", "j-abc", "dir/file")]
    [InlineData("j-abc:", "j-abc", "")]
    [InlineData("j-abc:.", "j-abc", "")]
    [InlineData("j-abc:/workspace", "j-abc", "")]
    [InlineData("j-abc:/workspace/dir/", "j-abc", "dir")]
    [InlineData("j-abc:a:b", "j-abc", "a:b")]
    [InlineData("./j-abc:file", null, "./j-abc:file")]
    [InlineData("dir/j:file", null, "dir/j:file")]
    [InlineData("-", null, "-")]
    public void CopyPlace_IsReadAsPeopleMeanIt(string text, string? jail, string path) => Assert.Equal(new CopyPlace(jail, path), CopyPlace.Parse(text));

    [Theory]
    [InlineData("--memory")]
    [InlineData("--cpus")]
    [InlineData("--cpuset")]
    [InlineData("--env")]
    [InlineData("--idle")]
    [InlineData("--timeout")]
    [InlineData("--workdir")]
    [InlineData("--allow-degraded")]
    [InlineData("--io-write-bytes")]
    public void OptionName_OfTheDaemonsField_IsTheOption(string option) => Assert.Equal(option, OptionNames.Of(FieldNames.Of(option)));
}
