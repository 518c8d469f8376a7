using System.Buffers;
using System.Text.RegularExpressions;

namespace AgentSandbox.Audit;

/// <summary>A form in which secrets stand in texts. What its group <c>secret</c> matches is replaced.</summary>
public sealed class RedactionRule
{
    private const RegexOptions Options = RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant; // time linear in the text

    private readonly SearchValues<string> _markers;
    private readonly Regex _expression;

    internal RedactionRule(string name, string[] markers, string pattern)
    {
        Name = name;
        Pattern = pattern;
        _markers = SearchValues.Create(markers, StringComparison.OrdinalIgnoreCase);
        _expression = new(pattern, Options);
    }

    /// <summary>Its name, as in src/Audit/README.md.</summary>
    public string Name { get; }

    /// <summary>The regular expression; letter case does not matter.</summary>
    public string Pattern { get; }

    /// <summary><paramref name="text"/> without the secrets of this form.</summary>
    internal string Apply(string text)
    {
        if (!text.AsSpan().ContainsAny(_markers)) // nearly always: the expression is slow beside it
        {
            return text;
        }

        return _expression.Replace(text, match =>
        {
            Group secret = match.Groups["secret"];
            int start = secret.Index - match.Index;
            return string.Concat(match.ValueSpan[..start], Redactor.Placeholder, match.ValueSpan[(start + secret.Length)..]);
        });
    }
}
