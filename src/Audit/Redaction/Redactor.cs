namespace AgentSandbox.Audit;

/// <summary>Replaces secrets before anything is written. It errs on the side of replacing too much.</summary>
public static class Redactor
{
    /// <summary>What stands where a secret was.</summary>
    public const string Placeholder = "[redacted]";

    /// <summary><paramref name="text"/> without secrets of a known form.</summary>
    public static string Text(string text)
    {
        foreach (RedactionRule rule in RedactionRules.Text)
        {
            text = rule.Apply(text);
        }

        return text;
    }

    /// <summary>Arguments without secrets: of known forms, and after options that announce one (<c>--token X</c>, <c>--user NAME:X</c>).</summary>
    public static IEnumerable<string> Arguments(IEnumerable<string> arguments)
    {
        string before = "";
        foreach (string argument in arguments)
        {
            yield return Announces(before) ? Placeholder : before is "-u" or "--user" or "--proxy-user" ? AfterColon(argument) : Text(argument);
            before = argument;
        }
    }

    /// <summary>An environment (<c>NAME=value</c>) without secrets: of known forms, and in variables whose names announce one.</summary>
    public static IEnumerable<string> Environment(IEnumerable<string> environment)
    {
        foreach (string variable in environment)
        {
            int equals = variable.IndexOf('=', StringComparison.Ordinal);
            string name = equals < 0 ? variable : variable[..equals];
            yield return equals >= 0 && IsSecretName(name) ? $"{name}={Placeholder}" : equals < 0 ? Text(variable) : $"{name}={Text(variable[(equals + 1)..])}";
        }
    }

    private static bool Announces(string argument) => argument.StartsWith('-') && RedactionRules.OptionBeforeSecret.Apply(argument) != argument;

    private static bool IsSecretName(string name) => RedactionRules.VariableName.Apply(name) != name;

    private static string AfterColon(string argument)
    {
        int colon = argument.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? Text(argument) : $"{argument[..(colon + 1)]}{Placeholder}";
    }
}
