using System.IO.Pipelines;
using AgentSandbox.Grpc.Server;
using AgentSandbox.Grpc.Wire;
using FsCheck;
using FsCheck.Fluent;
using Grpc.Core;
using Xunit;

namespace AgentSandbox.Tests.Grpc.Wire;

public sealed class FramingTests
{
    private static readonly Marshaller<byte[]> s_bytes = Marshallers.Create<byte[]>(bytes => bytes, bytes => bytes);

    [Fact]
    public void Messages_ReadBack_HoweverTheyAreCutAndPacked() => Prop.ForAll<byte[][], int[], bool>((messages, cuts, gzip) =>
    {
        using PooledBuffer wire = new();
        FrameSerializationContext frames = new(wire, int.MaxValue);
        foreach (byte[] message in messages)
        {
            frames.Write(message, s_bytes.ContextualSerializer, gzip);
        }

        Assert.Equal(messages, ReadAll(Cut(wire.Written.ToArray(), cuts), "gzip"));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void AStreamThatEndsWithinAMessage_IsAnError() => Prop.ForAll<byte[]>(message =>
    {
        using PooledBuffer wire = new();
        new FrameSerializationContext(wire, int.MaxValue).Write(message, s_bytes.ContextualSerializer, compress: false);
        for (int length = 1; length < wire.Length; length++)
        {
            Assert.Throws<ProtocolViolationException>(() => ReadAll([wire.Written[..length].ToArray()], null));
        }
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void ALengthAboveTheCap_IsRefusedBeforeTheMessageComes()
    {
        byte[] prefix = [0, 0, 0, 4, 1];
        ResourceExhaustedException e = Assert.Throws<ResourceExhaustedException>(() => ReadAll([prefix], null, maxBytes: 1024));
        Assert.Contains("1025 bytes", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TheLargestLength_IsRefusedToo() => Assert.Throws<ResourceExhaustedException>(() => ReadAll([[0, 255, 255, 255, 255]], null));

    [Fact]
    public void AnUnknownFlag_IsAnError() => Assert.Throws<ProtocolViolationException>(() => ReadAll([[2, 0, 0, 0, 0]], "gzip"));

    [Theory]
    [InlineData(null)]
    [InlineData("identity")]
    public void ACompressedMessageWithoutAnEncoding_IsAnError(string? encoding) =>
        Assert.Throws<ProtocolViolationException>(() => ReadAll([[1, 0, 0, 0, 0]], encoding));

    [Fact]
    public void BytesThatAreNoGzip_AreAnError() => Assert.Throws<ProtocolViolationException>(() => ReadAll([[1, 0, 0, 0, 3, 1, 2, 3]], "gzip"));

    [Fact]
    public void AMessageThatUnpacksToMoreThanTheCap_IsRefused()
    {
        using PooledBuffer wire = new();
        new FrameSerializationContext(wire, int.MaxValue).Write(new byte[50_000_000], s_bytes.ContextualSerializer, compress: true);
        Assert.InRange(wire.Length, 1, 1_000_000);
        byte[] bomb = wire.Written.ToArray();
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<ResourceExhaustedException>(() => ReadAll([bomb], "gzip", maxBytes: 1_000_000));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 10_000_000);
    }

    [Fact]
    public void AMessageToSendAboveTheCap_LeavesNothingOnTheWire()
    {
        using PooledBuffer wire = new();
        FrameSerializationContext frames = new(wire, 10);
        Assert.Throws<ResourceExhaustedException>(() => frames.Write(new byte[11], s_bytes.ContextualSerializer, compress: false));
        Assert.Throws<ResourceExhaustedException>(() => frames.Write(
            "", static (_, context) => { context.SetPayloadLength(11); context.GetBufferWriter(); }, compress: false));
        Assert.Equal(0, wire.Length);
        Assert.False(frames.IsTorn);
    }

    [Fact]
    public void ASerializerThatBreaksItsWord_IsTorn()
    {
        using PooledBuffer wire = new();
        FrameSerializationContext frames = new(wire, 100);
        Assert.Throws<InvalidOperationException>(() => frames.Write(
            "", static (_, context) => { context.SetPayloadLength(3); context.GetBufferWriter().Advance(2); context.Complete(); }, compress: false));
        Assert.True(frames.IsTorn);
    }

    [Fact]
    public void ASerializerThatDoesNotComplete_IsAnError()
    {
        using PooledBuffer wire = new();
        Assert.Throws<InvalidOperationException>(() => new FrameSerializationContext(wire, 100).Write("", static (_, _) => { }, compress: false));
    }

    [Fact]
    public void ALargeMessageInParts_NeedsRoomInTheBudget_AndGivesItBack()
    {
        ReceiveBudget budget = new(150_000);
        byte[] part = [0, 0, 1, 0x86, 0xa0, 1, 2, 3]; // 100,000 bytes are announced
        using (MessageReader first = Reader([part], null, int.MaxValue, budget))
        {
            Assert.Throws<ProtocolViolationException>(() => Read(first));
            using MessageReader second = Reader([part], null, int.MaxValue, budget);
            Assert.Throws<ResourceExhaustedException>(() => Read(second));
        }

        Assert.True(budget.TryTake(150_000));
    }

    private static List<byte[]> ReadAll(IEnumerable<byte[]> parts, string? encoding, int maxBytes = int.MaxValue)
    {
        using MessageReader reader = Reader(parts, encoding, maxBytes, null);
        List<byte[]> messages = [];
        while (Read(reader) is byte[] message)
        {
            messages.Add(message);
        }

        return messages;
    }

    private static MessageReader Reader(IEnumerable<byte[]> parts, string? encoding, int maxBytes, ReceiveBudget? budget) =>
        new(PipeReader.Create(new PartsStream(parts)), maxBytes, encoding, budget);

    private static byte[]? Read(MessageReader reader) =>
        reader.ReadAsync(s_bytes.ContextualDeserializer, CancellationToken.None).AsTask().GetAwaiter().GetResult();

    private static List<byte[]> Cut(byte[] bytes, int[] cuts)
    {
        List<byte[]> parts = [];
        int from = 0;
        foreach (int cut in cuts)
        {
            int length = Math.Min(Math.Abs(cut % 17), bytes.Length - from);
            parts.Add(bytes[from..(from + length)]);
            from += length;
        }

        return [.. parts.Where(part => part.Length > 0), bytes[from..]];
    }
}
