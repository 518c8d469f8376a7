namespace AgentSandbox.Jails.Workspaces.Tar;

/// <summary>The layout of a tar header: where its fields lie in a block of 512 bytes.</summary>
/// <remarks>Source: POSIX.1-2017, pax, "ustar Interchange Format" and "pax Interchange Format"; GNU tar manual, "Basic Tar Format".</remarks>
internal static class TarBlock
{
    internal const int Size = 512;
    internal const int ChecksumLength = 8;
    internal const byte Regular = (byte)'0';
    internal const byte OldRegular = 0;
    internal const byte HardLink = (byte)'1';
    internal const byte SymbolicLink = (byte)'2';
    internal const byte Directory = (byte)'5';
    internal const byte Contiguous = (byte)'7';
    internal const byte Extended = (byte)'x';
    internal const byte GlobalExtended = (byte)'g';
    internal const byte LongName = (byte)'L';
    internal const byte LongLink = (byte)'K';
    internal const int TypeOffset = 156;
    internal static readonly Range Name = ..100;
    internal static readonly Range Mode = 100..108;
    internal static readonly Range Uid = 108..116;
    internal static readonly Range Gid = 116..124;
    internal static readonly Range Length = 124..136;
    internal static readonly Range Modified = 136..148;
    internal static readonly Range Checksum = 148..156;
    internal static readonly Range LinkName = 157..257;
    internal static readonly Range Magic = 257..263;
    internal static readonly Range Version = 263..265;
    internal static readonly Range Prefix = 345..500;

    /// <summary>The bytes that fill the last block of <paramref name="length"/> bytes.</summary>
    internal static int Padding(long length) => (int)((Size - (length % Size)) % Size);

    /// <summary>The sum of a header's bytes, its own field as blanks.</summary>
    internal static int Sum(ReadOnlySpan<byte> block)
    {
        int sum = ChecksumLength * ' ';
        for (int i = 0; i < Size; i++)
        {
            sum += i < Checksum.Start.Value || i >= Checksum.End.Value ? block[i] : 0;
        }

        return sum;
    }
}
