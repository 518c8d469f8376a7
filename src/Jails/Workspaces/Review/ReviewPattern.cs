using System.IO.Enumeration;

namespace AgentSandbox.Jails.Workspaces.Review;

/// <summary>A pattern of <see cref="ReviewRules"/>, ready to be compared.</summary>
internal sealed class ReviewPattern
{
    private readonly string[] _names;
    private readonly bool _isBeneath;

    /// <summary>Reads <paramref name="pattern"/>: small letters, slashes, stars.</summary>
    internal ReviewPattern(string pattern)
    {
        _isBeneath = pattern.EndsWith('/');
        _names = pattern.TrimEnd('/').Split('/');
    }

    /// <summary>True if the path, by its names as <see cref="FoldedPath"/> gives them, is meant.</summary>
    internal bool Matches(IReadOnlyList<string> path)
    {
        for (int start = _isBeneath ? 0 : path.Count - _names.Length; start >= 0 && start <= path.Count - _names.Length; start++)
        {
            if (MatchesAt(path, start))
            {
                return true;
            }
        }

        return false;
    }

    private bool MatchesAt(IReadOnlyList<string> path, int start)
    {
        for (int i = _names.Length - 1; i >= 0; i--)
        {
            if (!FileSystemName.MatchesSimpleExpression(_names[i], path[start + i], ignoreCase: false))
            {
                return false;
            }
        }

        return true;
    }
}
