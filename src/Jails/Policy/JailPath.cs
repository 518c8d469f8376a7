namespace AgentSandbox.Jails.Policy;

/// <summary>Paths that callers and profiles name.</summary>
internal static class JailPath
{
    private const int MaxLength = 4095;
    private const int MaxName = 255;

    /// <summary>Checks that <paramref name="path"/> is absolute and says what it means: no <c>.</c>, <c>..</c>, empty part, control character or NUL.</summary>
    /// <returns>The path without trailing slashes.</returns>
    /// <exception cref="PolicyException">It is not.</exception>
    internal static string Check(string field, string path)
    {
        string reason = path switch
        {
            "" => "the path is empty",
            _ when path[0] != '/' => $"'{path}' is relative: write an absolute path",
            _ when path.Any(char.IsControl) => "the path has a control character",
            _ when System.Text.Encoding.UTF8.GetByteCount(path) > MaxLength => $"the path is longer than {MaxLength} bytes",
            _ => "",
        };
        string trimmed = path.TrimEnd('/');
        string[] parts = [.. trimmed.Split('/').Skip(1)];
        if (reason.Length == 0 && (parts.Contains(".") || parts.Contains("..") || parts.Contains("")))
        {
            reason = $"'{path}' has an empty part, '.' or '..': write it without";
        }

        if (reason.Length == 0 && parts.Any(p => System.Text.Encoding.UTF8.GetByteCount(p) > MaxName))
        {
            reason = $"a part of the path is longer than {MaxName} bytes";
        }

        return reason.Length == 0 ? trimmed : throw new PolicyException(field, reason);
    }

    /// <summary>True if <paramref name="path"/> is <paramref name="parent"/> or beneath it.</summary>
    internal static bool IsWithin(string path, string parent) => path == parent || path.StartsWith(parent.TrimEnd('/') + "/", StringComparison.Ordinal);
}
