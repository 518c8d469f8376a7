using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace AgentSandbox.Audit;

/// <summary>A record in its place of the chain.</summary>
/// <param name="Sequence">1 for the first record ever, then one more for each.</param>
/// <param name="Time">When it was written; whole microseconds, UTC.</param>
/// <param name="Record">The record.</param>
/// <param name="PreviousHash">The hash of the entry before: 64 hexadecimal digits; zeros for the first.</param>
/// <param name="Hash">SHA-256 over <paramref name="PreviousHash"/> and the canonical bytes, as 64 hexadecimal digits.</param>
public sealed record AuditEntry(long Sequence, DateTimeOffset Time, AuditRecord Record, string PreviousHash, string Hash)
{
    /// <summary>The hash before the first entry.</summary>
    public static string NoHash { get; } = new('0', SHA256.HashSizeInBytes * 2);

    /// <summary>True if the hash is the one of the content.</summary>
    public bool IsGenuine => Hash == ComputeHash(Sequence, Time, Record, PreviousHash);

    /// <summary>Where the chain is after this entry.</summary>
    public AuditHead Head => new(Sequence, Hash);

    /// <summary>Puts <paramref name="record"/> after <paramref name="head"/>.</summary>
    public static AuditEntry After(AuditHead head, DateTimeOffset time, AuditRecord record)
    {
        DateTimeOffset whole = DateTimeOffset.UnixEpoch.AddTicks(Microseconds(time) * TimeSpan.TicksPerMicrosecond);
        return new(head.Sequence + 1, whole, record, head.Hash, ComputeHash(head.Sequence + 1, whole, record, head.Hash));
    }

    internal static long Microseconds(DateTimeOffset time) => (time.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;

    // Canonical: every part has its length before it, so that no value can end early; fields are sorted, because the journal keeps no order.
    private static string ComputeHash(long sequence, DateTimeOffset time, AuditRecord record, string previous)
    {
        ArrayBufferWriter<byte> bytes = new(1024);
        Part(bytes, "agent-sandboxd audit record 1");
        Part(bytes, previous);
        Number(bytes, sequence);
        Number(bytes, Microseconds(time));
        Part(bytes, AuditKinds.Of(record.Kind).Name);
        Number(bytes, (long)record.Priority);
        Part(bytes, record.Message);
        Number(bytes, record.Fields.Length);
        foreach (AuditField field in record.Fields.Sort(Compare))
        {
            Part(bytes, field.Name);
            Part(bytes, field.Value);
        }

        return Convert.ToHexStringLower(SHA256.HashData(bytes.WrittenSpan));
    }

    private static int Compare(AuditField one, AuditField other)
    {
        int names = string.CompareOrdinal(one.Name, other.Name);
        return names != 0 ? names : string.CompareOrdinal(one.Value, other.Value);
    }

    private static void Part(ArrayBufferWriter<byte> bytes, string text)
    {
        int length = Encoding.UTF8.GetByteCount(text);
        Number(bytes, length);
        Encoding.UTF8.GetBytes(text, bytes.GetSpan(length));
        bytes.Advance(length);
    }

    private static void Number(ArrayBufferWriter<byte> bytes, long number)
    {
        BinaryPrimitives.WriteInt64BigEndian(bytes.GetSpan(sizeof(long)), number);
        bytes.Advance(sizeof(long));
    }
}
