using System.Collections.Immutable;

namespace AgentSandbox.Jails.Policy;

/// <summary>What variables a request may set, of a jail or of one command.</summary>
internal static class EnvironmentRules
{
    /// <summary>The variables <paramref name="usual"/> with those that are asked for.</summary>
    /// <param name="usual">What is there without asking.</param>
    /// <param name="asked">What is asked for.</param>
    /// <param name="deny">Names that may not be set; one that ends in <c>*</c> stands for all that begin so.</param>
    /// <exception cref="PolicyException">A name is none, a string has a NUL in it, or the profile denies the name.</exception>
    internal static ImmutableSortedDictionary<string, string> Add(
        ImmutableSortedDictionary<string, string> usual, ImmutableSortedDictionary<string, string> asked, ImmutableArray<string> deny)
    {
        foreach ((string name, string value) in asked)
        {
            string? reason = name.Length == 0 || name.Contains('=', StringComparison.Ordinal) ? "a name is not empty and has no '='"
                : name.Contains('\0', StringComparison.Ordinal) || value.Contains('\0', StringComparison.Ordinal) ? "NUL ends a string: it cannot be in one"
                : deny.Any(d => d.EndsWith('*') ? name.StartsWith(d[..^1], StringComparison.Ordinal) : name == d) ? "the profile does not let it be set"
                : null;
            if (reason is not null)
            {
                throw new PolicyException("--env", $"'{name.Replace("\0", "\\0", StringComparison.Ordinal)}': {reason}");
            }
        }

        return usual.SetItems(asked);
    }
}
