using Grpc.Core;

namespace AgentSandbox.Grpc.Wire;

/// <summary>Headers and trailers as metadata, and back.</summary>
internal static class MetadataHeaders
{
    /// <summary>Adds a header that was received. What is the protocol's own, or a <c>-bin</c> value that is no base64, is left out.</summary>
    /// <param name="metadata">What it is added to.</param>
    /// <param name="name">The header, lower case as HTTP/2 has it.</param>
    /// <param name="value">One value; for <c>-bin</c> it may be several with commas.</param>
    public static void Add(Metadata metadata, string name, string? value)
    {
        if (value is null || GrpcHeaders.IsReserved(name))
        {
            return;
        }

        string key = name.ToLowerInvariant();
        if (!key.EndsWith(Metadata.BinaryHeaderSuffix, StringComparison.Ordinal))
        {
            metadata.Add(Metadata.Entry.FromWire(key, value));
            return;
        }

        ReadOnlySpan<char> list = value;
        foreach (Range part in list.Split(','))
        {
            if (BinaryHeader.Decode(list[part]) is byte[] bytes)
            {
                metadata.Add(Metadata.Entry.FromWire(key, bytes));
            }
        }
    }

    /// <summary>The value of an entry for the wire.</summary>
    /// <exception cref="ArgumentException">The key is the protocol's own.</exception>
    public static string Value(Metadata.Entry entry) => GrpcHeaders.IsReserved(entry.Key)
        ? throw new ArgumentException($"metadata key '{entry.Key}' belongs to the protocol")
        : entry.IsBinary ? BinaryHeader.Encode(entry.ValueBytes) : entry.Value;
}
