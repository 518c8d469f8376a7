using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using AgentSandbox.Jails.Policy;

namespace AgentSandbox.Ctl;

/// <summary>Makes options whose values are more than text.</summary>
internal static class OptionParsers
{
    /// <summary>An option that may stand several times.</summary>
    public static Option<string[]> Repeated(string name, string value, string description, params string[] aliases) =>
        new(name, aliases) { Description = description, HelpName = value, DefaultValueFactory = _ => [], AllowMultipleArgumentsPerToken = false };

    /// <summary>A span of time.</summary>
    public static Option<TimeSpan?> Span(string name, string description) => Parsed<TimeSpan?>(
        name, "D", description, t => DurationText.TryParse(t, out TimeSpan span) ? span : throw new FormatException($"'{t}' is not a span of time: write 500ms, 10s, 2m, 1h or 3d"));

    /// <summary>A number of bytes.</summary>
    public static Option<ByteSize?> Size(string name, string description) => Parsed<ByteSize?>(name, "S", description, t => ByteSize.Parse(t));

    /// <summary>A whole number.</summary>
    public static Option<long?> Count(string name, string description) => Parsed<long?>(name, "N", description, t => long.Parse(t, CultureInfo.InvariantCulture));

    /// <summary>A value that <paramref name="parse"/> reads; what it refuses is an error of the command line.</summary>
    public static Option<T> Parsed<T>(string name, string value, string description, Func<string, T> parse, params string[] aliases) => new(name, aliases)
    {
        Description = description,
        HelpName = value,
        CustomParser = result => Parse(name, result, parse),
    };

    /// <summary>NAME=VALUE.</summary>
    /// <exception cref="UsageException">It is not.</exception>
    public static (string Name, string Value) Pair(string option, string text) => text.IndexOf('=', StringComparison.Ordinal) is > 0 and int equals
        ? (text[..equals], text[(equals + 1)..])
        : throw new UsageException($"{option}: '{text}' is not NAME=VALUE");

    private static T? Parse<T>(string name, ArgumentResult result, Func<string, T> parse)
    {
        string text = result.Tokens.Count > 0 ? result.Tokens[0].Value : "";
        try
        {
            return parse(text);
        }
        catch (Exception wrong) when (wrong is FormatException or OverflowException)
        {
            result.AddError($"{name}: {(wrong is FormatException && wrong.Message.StartsWith('\'') ? wrong.Message : $"'{text}' is not a number in range")}");
            return default;
        }
    }
}
