using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace AgentSandbox.Daemon.Auth;

/// <summary>How an API key is written: <c>ask_ID_SECRET</c>, the secret being 256 random bits in hexadecimal digits.</summary>
/// <param name="Id">The id.</param>
/// <param name="Secret">The secret.</param>
internal sealed partial record ApiKeyText(string Id, byte[] Secret)
{
    private const string IdAlphabet = "abcdefghijklmnopqrstuvwxyz234567";
    private const int IdLength = 12;
    private const int SecretBytes = 32;

    public static ApiKeyText Create() => new(RandomNumberGenerator.GetString(IdAlphabet, IdLength), RandomNumberGenerator.GetBytes(SecretBytes));

    /// <summary>What <paramref name="text"/> says; null if it is no key.</summary>
    public static ApiKeyText? Parse(string text) => Pattern().Match(text) is { Success: true } match
        ? new(match.Groups["id"].Value, Convert.FromHexString(match.Groups["secret"].ValueSpan))
        : null;

    /// <summary>The whole key: whoever sees it has it.</summary>
    public string Reveal() => $"ask_{Id}_{Convert.ToHexStringLower(Secret)}";

    /// <summary>The key without its secret.</summary>
    public override string ToString() => $"ask_{Id}_...";

    [GeneratedRegex(@"^ask_(?<id>[a-z2-7]{12})_(?<secret>[0-9a-f]{64})\z")]
    private static partial Regex Pattern();
}
