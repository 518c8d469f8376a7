using AgentSandbox.Grpc.Wire;
using FsCheck;
using FsCheck.Fluent;
using Grpc.Core;
using Xunit;

namespace AgentSandbox.Tests.Grpc.Wire;

public sealed class MetadataTests
{
    [Theory]
    [InlineData("key with space", "v")]
    [InlineData("umläut", "v")]
    [InlineData("", "v")]
    [InlineData("key", "line\nbreak")]
    [InlineData("key", "ümlaut")]
    [InlineData("key-bin", "text for a key of bytes")]
    public void Entry_WhenItCannotStandInAHeader_Throws(string key, string value) => Assert.ThrowsAny<ArgumentException>(() =>
        new Metadata.Entry(key, value));

    [Fact]
    public void Entry_OfBytes_NeedsTheSuffix() => Assert.Throws<ArgumentException>(() => new Metadata.Entry("key", [1]));

    [Fact]
    public void Get_IgnoresCaseAndGivesTheLast()
    {
        Metadata metadata = new() { { "Key", "1" }, { "key", "2" }, { "other", "3" } };
        Assert.Equal("2", metadata.GetValue("KEY"));
        Assert.Equal(["1", "2"], metadata.GetAll("key").Select(entry => entry.Value));
        Assert.Null(metadata.Get("none"));
    }

    [Fact]
    public void Empty_CannotBeChanged() => Assert.Throws<InvalidOperationException>(() => Metadata.Empty.Add("key", "value"));

    [Fact]
    public void Value_OfAnyBytes_ReadsBack_WithPaddingAndWithout() => Prop.ForAll<byte[]>(bytes =>
    {
        string sent = MetadataHeaders.Value(new("key-bin", bytes));
        Assert.DoesNotContain('=', sent);
        Assert.Equal(bytes, Read("key-bin", sent).GetValueBytes("key-bin"));
        Assert.Equal(bytes, Read("key-bin", Convert.ToBase64String(bytes)).GetValueBytes("key-bin"));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Add_OfSeveralValuesInOneHeader_SplitsBytesAndNotText()
    {
        Assert.Equal([[1], [2, 3]], Read("key-bin", "AQ==, AgM").GetAll("key-bin").Select(entry => entry.ValueBytes));
        Assert.Equal("a, b", Read("key", "a, b").GetValue("key"));
    }

    [Theory]
    [InlineData("grpc-timeout", "1S")]
    [InlineData("te", "trailers")]
    [InlineData(":path", "/")]
    [InlineData("content-type", "application/grpc")]
    [InlineData("key-bin", "!!!")]
    public void Add_OfAHeaderThatIsNoMetadata_LeavesItOut(string name, string value) => Assert.Empty(Read(name, value));

    [Fact]
    public void Value_OfAKeyOfTheProtocol_Throws() => Assert.Throws<ArgumentException>(() => MetadataHeaders.Value(new("grpc-status", "0")));

    private static Metadata Read(string name, string value)
    {
        Metadata metadata = [];
        MetadataHeaders.Add(metadata, name, value);
        return metadata;
    }
}
