using AgentSandbox.Grpc.Wire;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace AgentSandbox.Tests.Grpc.Wire;

public sealed class StatusMessageTests
{
    [Theory]
    [InlineData("plain text ~!", "plain text ~!")]
    [InlineData("100%", "100%25")]
    [InlineData("a\r\nb", "a%0D%0Ab")]
    [InlineData("\u00fc \u263a \U0001f608", "%C3%BC %E2%98%BA %F0%9F%98%88")]
    public void Encode_EscapesAllButPrintableAscii(string text, string encoded)
    {
        Assert.Equal(encoded, StatusMessage.Encode(text));
        Assert.Equal(text, StatusMessage.Decode(encoded));
    }

    [Theory]
    [InlineData("%", "%")]
    [InlineData("%4", "%4")]
    [InlineData("%zz%41", "%zzA")]
    [InlineData("%e2%98%ba", "\u263a")]
    [InlineData("%FF", "\ufffd")]
    public void Decode_WhenTheEncodingIsWrong_KeepsWhatItCan(string encoded, string text) => Assert.Equal(text, StatusMessage.Decode(encoded));

    [Fact]
    public void Encode_WhenTheTextIsLong_CutsBetweenCharacters()
    {
        string encoded = StatusMessage.Encode(new string('\u263a', 1000), 100);
        Assert.Equal(new string('\u263a', 11), StatusMessage.Decode(encoded));
        Assert.Equal(4096, StatusMessage.Encode(new string('x', 5000)).Length);
    }

    [Fact]
    public void Encode_OfAnyText_IsAHeaderValueAndReadsBack() => Prop.ForAll<string>(text =>
    {
        string valid = string.Concat((text ?? "").EnumerateRunes());
        string encoded = StatusMessage.Encode(valid, 1 << 20);
        Assert.DoesNotContain(encoded, c => c is < ' ' or > '~');
        Assert.Equal(valid, StatusMessage.Decode(encoded));
    }).QuickCheckThrowOnFailure();
}
