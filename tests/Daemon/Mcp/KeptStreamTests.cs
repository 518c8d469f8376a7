using System.Text;
using AgentSandbox.Mcp.Running;
using AgentSandbox.Mcp.Session;
using Xunit;

namespace AgentSandbox.Tests.Daemon.Mcp;

/// <summary>What is kept of an output, and what is shown of it.</summary>
public sealed class KeptStreamTests
{
    [Fact]
    public void Read_AfterMoreThanTheCapacity_HasTheNewestAtTheirPlaces()
    {
        KeptStream stream = new();
        byte[] all = [.. Enumerable.Range(0, (3 * KeptStream.Capacity) + 12345).Select(i => (byte)(i * 31 >> 3))];
        for (int at = 0, size = 1; at < all.Length; at += size, size = (size * 7 % 65521) + 1)
        {
            stream.Add(all.AsSpan(at, Math.Min(size, all.Length - at)));
        }

        (byte[] bytes, long start) = stream.Read(0, int.MaxValue);
        Assert.Equal(all.Length, stream.Length);
        Assert.Equal(all.Length - KeptStream.Capacity, start);
        Assert.Equal(all[^KeptStream.Capacity..], bytes);
        (byte[] part, long partStart) = stream.Read(all.Length - 100, 10);
        Assert.Equal(all[^100..^90], part);
        Assert.Equal(all.Length - 100, partStart);
    }

    [Fact]
    public void Shown_WhenLong_HasBeginningAndEnd_AndWholeCharacters()
    {
        byte[] all = Encoding.UTF8.GetBytes("x" + string.Concat(Enumerable.Repeat("ä", 1000)));
        string shown = OutputText.Of(all[..100], all[^50..], all.Length, 100, at => $"at {at}");
        Assert.DoesNotContain('\ufffd', shown);
        Assert.StartsWith("xä", shown, StringComparison.Ordinal);
        Assert.EndsWith("ä", shown, StringComparison.Ordinal);
        Assert.Contains("bytes are not shown: at 49", shown);
    }

    [Theory]
    [InlineData("a", 1)]
    [InlineData("ä", 2)]
    [InlineData("a€", 4)]
    public void WholeCharacters_OfWholeText_IsAllOfIt(string text, int length) => Assert.Equal(length, OutputText.WholeCharacters(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void WholeCharacters_OfACutCharacter_LeavesItOut() => Assert.Equal(1, OutputText.WholeCharacters(Encoding.UTF8.GetBytes("a€").AsSpan(0, 3)));
}
