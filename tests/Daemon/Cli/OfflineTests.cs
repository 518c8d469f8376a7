using AgentSandbox.Ctl.Client;
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
