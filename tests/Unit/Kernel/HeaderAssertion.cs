using System.Globalization;

namespace AgentSandbox.Tests.Unit.Kernel;

/// <summary>One fact of a C# declaration, as a condition in C.</summary>
/// <param name="Name">What it is about: <c>MS_NODEV</c>, <c>clone_args</c>, <c>clone_args.flags</c>.</param>
/// <param name="Condition">A constant expression that is true if both languages agree.</param>
internal sealed record HeaderAssertion(string Name, string Condition)
{
    /// <summary>A constant or enumerator has the value that C# gives it.</summary>
    public static HeaderAssertion Value(string name, object value) => new(name, $"SAME({name}, {Literal(value)})");

    private static string Literal(object value) => value switch
    {
        sbyte or short or int or long => string.Create(CultureInfo.InvariantCulture, $"{Convert.ToInt64(value, CultureInfo.InvariantCulture)}LL"),
        byte or ushort or uint or ulong => string.Create(CultureInfo.InvariantCulture, $"{Convert.ToUInt64(value, CultureInfo.InvariantCulture)}ULL"),
        _ => throw new ArgumentException($"a constant of type {value.GetType()} cannot be compared with a header", nameof(value)),
    };
}
