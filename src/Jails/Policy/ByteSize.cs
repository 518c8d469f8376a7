using System.Globalization;

namespace AgentSandbox.Jails.Policy;

/// <summary>A number of bytes; written as <c>512</c>, <c>64K</c>, <c>1.5G</c> (powers of 1024).</summary>
/// <param name="Bytes">0 or more.</param>
public readonly record struct ByteSize(long Bytes) : IComparable<ByteSize>
{
    private const string Units = "KMGT";

    /// <summary>Parses <c>512</c>, <c>64K</c>, <c>10M</c>, <c>1.5G</c>, <c>2T</c>, each also with a trailing <c>B</c> or <c>iB</c>.</summary>
    /// <exception cref="FormatException">Not a size, negative, or above 2^63 - 1 bytes.</exception>
    public static ByteSize Parse(string text) =>
        TryParse(text, out ByteSize size) ? size : throw new FormatException($"'{text}' is not a size: write 512, 64K, 10M, 1.5G or 2T");

    /// <summary>As <see cref="Parse"/>; false where that throws.</summary>
    public static bool TryParse(string? text, out ByteSize size)
    {
        size = default;
        string digits = (text ?? "").Trim();
        digits = digits.EndsWith("iB", StringComparison.Ordinal) ? digits[..^2] : digits.EndsWith('B') ? digits[..^1] : digits;
        int unit = digits.Length == 0 ? -1 : Units.IndexOf(char.ToUpperInvariant(digits[^1]), StringComparison.Ordinal);
        decimal factor = 1;
        if (unit >= 0)
        {
            digits = digits[..^1];
            factor = 1L << (10 * (unit + 1));
        }

        if (!decimal.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal number) || number > long.MaxValue / factor)
        {
            return false;
        }

        size = new((long)(number * factor));
        return true;
    }

    /// <inheritdoc/>
    public int CompareTo(ByteSize other) => Bytes.CompareTo(other.Bytes);

    /// <summary>The shortest exact form: <c>64M</c>, <c>1000</c>.</summary>
    public override string ToString()
    {
        long value = Bytes;
        int unit = -1;
        while (value != 0 && value % 1024 == 0 && unit < Units.Length - 1)
        {
            value /= 1024;
            unit++;
        }

        return value.ToString(CultureInfo.InvariantCulture) + (unit < 0 ? "" : Units[unit].ToString());
    }

    /// <summary>Orders by size.</summary>
    public static bool operator <(ByteSize left, ByteSize right) => left.Bytes < right.Bytes;

    /// <summary>Orders by size.</summary>
    public static bool operator >(ByteSize left, ByteSize right) => left.Bytes > right.Bytes;

    /// <summary>Orders by size.</summary>
    public static bool operator <=(ByteSize left, ByteSize right) => left.Bytes <= right.Bytes;

    /// <summary>Orders by size.</summary>
    public static bool operator >=(ByteSize left, ByteSize right) => left.Bytes >= right.Bytes;
}
