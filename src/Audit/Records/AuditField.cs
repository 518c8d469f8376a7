using System.Buffers;
using System.Collections.Frozen;
using System.Text;

namespace AgentSandbox.Audit;

/// <summary>A field of a record. Its name is one of <see cref="AuditFieldName"/>; its value is any text.</summary>
public readonly record struct AuditField
{
    private static readonly SearchValues<char> s_letters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");

    private static readonly FrozenDictionary<AuditFieldName, string> s_names =
        Enum.GetValues<AuditFieldName>().ToFrozenDictionary(name => name, name => ScreamingSnake(name.ToString()));

    internal AuditField(string name, string value, bool isNumber)
    {
        Name = name;
        Value = value;
        IsNumber = isNumber;
    }

    /// <summary>The name, as <c>PEER_UID</c>; in the journal after <c>SANDBOXD_</c>, in JSON in small letters.</summary>
    public string Name { get; }

    /// <summary>The value: any text, in valid Unicode.</summary>
    public string Value { get; }

    /// <summary>True if the value is a number, so that JSON shows it as one.</summary>
    public bool IsNumber { get; }

    /// <summary>The name in records of <paramref name="name"/>.</summary>
    public static string NameOf(AuditFieldName name) => s_names[name];

    /// <summary>True if <paramref name="name"/> can be the name of a field in the journal and in JSON.</summary>
    internal static bool IsName(ReadOnlySpan<char> name) =>
        name.Length is > 0 and <= 48 && char.IsAsciiLetterUpper(name[0]) && !name.ContainsAnyExcept(s_letters);

    private static string ScreamingSnake(string pascal)
    {
        StringBuilder text = new();
        foreach (char letter in pascal)
        {
            if (char.IsAsciiLetterUpper(letter) && text.Length > 0)
            {
                text.Append('_');
            }

            text.Append(char.ToUpperInvariant(letter));
        }

        return text.ToString();
    }
}
