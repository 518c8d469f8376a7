namespace AgentSandbox.Mcp.Resources;

/// <summary>What a resource's address names.</summary>
/// <param name="Kind">"profiles", "plan", "files" or "archive".</param>
/// <param name="Subject">The profile or jail.</param>
/// <param name="Path">The path in the workspace.</param>
internal sealed record SandboxUri(string Kind, string Subject, string Path)
{
    /// <summary>How an address begins.</summary>
    public const string Scheme = "sandbox:///";

    /// <summary>The jail's name in an address that stands for the default jail.</summary>
    public const string DefaultJail = "default";

    /// <summary>Reads an address; null: it is none of these.</summary>
    public static SandboxUri? Parse(string text)
    {
        if (!text.StartsWith(Scheme, StringComparison.Ordinal))
        {
            return null;
        }

        string[] parts = text[Scheme.Length..].Split('/', 3);
        string subject = parts.Length > 1 ? Uri.UnescapeDataString(parts[1]) : "";
        string path = parts.Length > 2 ? string.Join('/', parts[2].Split('/').Select(Uri.UnescapeDataString)) : "";
        return parts[0] switch
        {
            "profiles" when path.Length == 0 => new SandboxUri(parts[0], subject, ""),
            "plan" when path.Length == 0 && subject.Length > 0 => new SandboxUri(parts[0], subject, ""),
            "files" when path.Length > 0 => new SandboxUri(parts[0], subject, path),
            "archive" when subject.Length > 0 => new SandboxUri(parts[0], subject, path),
            _ => null,
        };
    }
}
