namespace AgentSandbox.Kernel.Child;

/// <summary>A NUL-terminated string.</summary>
/// <param name="Text">The string; no NUL in it.</param>
public sealed record TextArg(string Text) : Arg
{
    /// <inheritdoc/>
    public override string ToString() => Quote(Text);

    /// <summary>The string as strace prints it: quoted, with control characters and quotes escaped.</summary>
    internal static string Quote(string text)
    {
        System.Text.StringBuilder quoted = new(text.Length + 2);
        quoted.Append('"');
        foreach (char c in text)
        {
            quoted.Append(c switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\n' => "\\n",
                '\t' => "\\t",
                _ when char.IsControl(c) => $"\\u{(int)c:x4}",
                _ => c.ToString(),
            });
        }

        return quoted.Append('"').ToString();
    }
}
