using System.Collections.Immutable;
using System.Text.RegularExpressions;
using AgentSandbox.Jails.Policy;
using Google.Protobuf.Collections;

namespace AgentSandbox.Daemon.Api;

/// <summary>What an owner's marks may be.</summary>
internal static partial class LabelRules
{
    private const int MaxLabels = 32;
    private const int MaxLabelValue = 256;

    /// <summary>The marks, checked.</summary>
    /// <param name="field">What they are called in the request.</param>
    /// <param name="labels">The marks.</param>
    /// <exception cref="PolicyException">There are too many, or one is none.</exception>
    public static ImmutableSortedDictionary<string, string> Check(string field, MapField<string, string> labels)
    {
        if (labels.Count > MaxLabels)
        {
            throw new PolicyException(field, $"there are at most {MaxLabels}");
        }

        foreach ((string name, string value) in labels)
        {
            if (!NamePattern().IsMatch(name))
            {
                throw new PolicyException(field, "a label's name is a small letter or digit, then up to 62 of a-z 0-9 . _ / -");
            }

            if (value.Length > MaxLabelValue || value.Any(c => char.IsControl(c) || char.GetUnicodeCategory(c) == System.Globalization.UnicodeCategory.Format))
            {
                throw new PolicyException($"{field}.{name}", $"a value has at most {MaxLabelValue} characters, and no control characters");
            }
        }

        return labels.ToImmutableSortedDictionary(label => label.Key, label => label.Value, StringComparer.Ordinal);
    }

    [GeneratedRegex(@"^[a-z0-9][a-z0-9._/-]{0,62}\z")]
    private static partial Regex NamePattern();
}
