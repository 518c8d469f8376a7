using System.Buffers.Binary;

namespace AgentSandbox.Jails.Workspaces.Tar;

/// <summary>The header of an entry, as it was read.</summary>
/// <param name="Name">The path.</param>
/// <param name="LinkName">What a link points to.</param>
/// <param name="Type">What it is: the constants of <see cref="TarBlock"/>.</param>
/// <param name="Mode">Permission bits and more.</param>
/// <param name="Length">The bytes that follow, without padding.</param>
/// <param name="Modified">When it was last changed, in seconds since 1970.</param>
internal readonly record struct TarHeader(byte[] Name, byte[] LinkName, byte Type, uint Mode, long Length, long Modified)
{
    private const byte Base256 = 0x80;

    /// <summary>Reads a block.</summary>
    /// <exception cref="WorkspaceException">Malformed: it is no header.</exception>
    internal static TarHeader Parse(ReadOnlySpan<byte> block)
    {
        if (Number(block[TarBlock.Checksum]) != TarBlock.Sum(block))
        {
            throw WorkspaceException.Malformed("the archive is damaged, or no tar archive: the checksum of a header is wrong");
        }

        byte[] name = Text(block[TarBlock.Name]);
        byte[] prefix = block[TarBlock.Magic].SequenceEqual("ustar\0"u8) ? Text(block[TarBlock.Prefix]) : [];
        return new TarHeader(
            prefix.Length == 0 ? name : [.. prefix, (byte)'/', .. name],
            Text(block[TarBlock.LinkName]),
            block[TarBlock.TypeOffset],
            (uint)Number(block[TarBlock.Mode]) & 0xfff,
            Number(block[TarBlock.Length]),
            Number(block[TarBlock.Modified]));
    }

    /// <summary>The text in a field, which a NUL ends if it does not fill it.</summary>
    internal static byte[] Text(ReadOnlySpan<byte> field)
    {
        int end = field.IndexOf((byte)0);
        return (end < 0 ? field : field[..end]).ToArray();
    }

    // Octal digits; or, if the first bit is set, a number in 8 bytes at the field's end: GNU tar's for what is too large.
    private static long Number(ReadOnlySpan<byte> field)
    {
        if ((field[0] & Base256) != 0)
        {
            ReadOnlySpan<byte> high = field.Length > sizeof(long) ? field[1..^sizeof(long)] : [];
            long wide = field.Length > sizeof(long) ? BinaryPrimitives.ReadInt64BigEndian(field[^sizeof(long)..]) : -1;
            return field[0] == Base256 && wide >= 0 && high.IndexOfAnyExcept((byte)0) < 0 ? wide : field[0] == byte.MaxValue ? 0 : throw TooLarge();
        }

        long value = 0;
        foreach (byte one in field.Trim(" \0"u8))
        {
            value = one is >= (byte)'0' and <= (byte)'7' ? (value * 8) + one - '0' : throw WorkspaceException.Malformed("the archive is damaged: a number in a header is none");
        }

        return value;
    }

    private static WorkspaceException TooLarge() => WorkspaceException.Malformed("a number in a header of the archive is too large");
}
