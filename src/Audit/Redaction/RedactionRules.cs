using System.Collections.Immutable;

namespace AgentSandbox.Audit;

/// <summary>The forms of secrets that are known. src/Audit/README.md lists them for administrators.</summary>
public static class RedactionRules
{
    // Words that make the name of an option, a variable or a header one of a secret.
    private const string SecretWord = "(?:password|passwd|passphrase|secret|token|credential|api[_-]?key|access[_-]?key|private[_-]?key|auth[_-]?key)";
    private const string Value = """(?:"(?<secret>[^"]+)"|'(?<secret>[^']+)'|(?<secret>[^\s"'&;,]+))""";

    private static readonly string[] s_words = ["passw", "passphrase", "secret", "token", "credential", "key"];

    /// <summary>Forms in any text: arguments, values of variables, reasons, paths.</summary>
    public static ImmutableArray<RedactionRule> Text { get; } =
    [
        new("private-key", ["PRIVATE KEY"], @"-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----(?<secret>[^-]+)"),
        new("url-password", ["://"], @"://[^/\s:@]*:(?<secret>[^/\s]+)@"),
        new("header", ["authorization", "cookie", "api-key", "auth-token"], @"(?:authorization|cookie|x-api-key|x-auth-token|private-token)[""']?\s*[:=]\s*(?<secret>[^\r\n""']+)"),
        new("bearer", ["bearer"], @"\bbearer\s+(?<secret>[^\s""']+)"),
        new("assignment", s_words, $@"{SecretWord}[a-z0-9_-]*[""']?\s*[:=]\s*{Value}"),
        new("option", ["--"], $@"--[a-z0-9_-]*{SecretWord}[a-z0-9_-]*\s+{Value}"),
        new("github", ["gh", "github_pat_"], @"(?<secret>\bgh[pousr]_[a-z0-9]{16,}|\bgithub_pat_[a-z0-9_]{16,})"),
        new("gitlab", ["glpat-"], @"(?<secret>\bglpat-[a-z0-9_-]{16,})"),
        new("model-provider", ["sk-", "hf_", "gsk_", "AIza"], @"(?<secret>\b(?:sk-|gsk_|hf_)[a-z0-9_-]{16,}|\bAIza[a-z0-9_-]{30,})"),
        new("aws", ["AKIA", "ASIA"], @"(?<secret>\b(?:AKIA|ASIA)[a-z0-9]{16})\b"),
        new("slack", ["xox"], @"(?<secret>\bxox[abeoprs]-[a-z0-9-]{10,})"),
        new("npm", ["npm_"], @"(?<secret>\bnpm_[a-z0-9]{30,})"),
        new("web-token", ["eyJ"], @"(?<secret>\beyJ[a-z0-9_-]{8,}\.[a-z0-9_-]{8,}\.[a-z0-9_-]*)"),
    ];

    /// <summary>Arguments after which the whole next one is a secret.</summary>
    public static RedactionRule OptionBeforeSecret { get; } = new("option-before-secret", s_words, $"^--?(?<secret>[a-z0-9_-]*{SecretWord}[a-z0-9_-]*)$");

    /// <summary>Variables whose whole value is a secret, by their names.</summary>
    public static RedactionRule VariableName { get; } = new(
        "variable-name", ["pass", "pwd", "secret", "token", "credential", "key", "auth", "cookie", "dsn"],
        "^(?<secret>(?:[a-z0-9_]*_)?(?:pass|pwd|auth|cookie|dsn|key)|[a-z0-9_]*(?:passw(?:or)?d|passphrase|secret|token|credential|api_?key)[a-z0-9_]*)$");
}
