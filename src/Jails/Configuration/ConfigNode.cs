using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace AgentSandbox.Jails.Configuration;

/// <summary>One value of a JSON file, with its place: so that an error found much later still names file and line.</summary>
/// <param name="File">The file's name.</param>
/// <param name="Line">The line of the value, or of its key if it has one.</param>
/// <param name="Path">The field: <c>syscalls.allow[3]</c>.</param>
/// <param name="Name">Its key; empty in a list.</param>
/// <param name="Kind">What it is: a start of an object or list, or a scalar.</param>
/// <param name="Text">A scalar's text.</param>
/// <param name="Items">The entries of a list, or the members of an object.</param>
public sealed record ConfigNode(string File, int Line, string Path, string Name, JsonTokenType Kind, string Text, ImmutableArray<ConfigNode> Items)
{
    /// <summary>True for <c>null</c>.</summary>
    public bool IsNull => Kind == JsonTokenType.Null;

    /// <summary>True for an object.</summary>
    public bool IsObject => Kind == JsonTokenType.StartObject;

    /// <summary>The error that this value is refused with.</summary>
    public ConfigException Error(string reason) => new(File, Line, Path.Length == 0 ? "file" : Path, reason);

    /// <summary>Checks that this is an object without other keys than <paramref name="known"/>.</summary>
    public ConfigNode WithKeys(params ReadOnlySpan<string> known)
    {
        foreach (ConfigNode member in Members())
        {
            if (!known.Contains(member.Name))
            {
                throw member.Error($"unknown key; known are {string.Join(", ", known.ToArray().Order(StringComparer.Ordinal))}");
            }
        }

        return this;
    }

    /// <summary>The members of an object.</summary>
    public ImmutableArray<ConfigNode> Members() => IsObject ? Items : throw Error("must be an object");

    /// <summary>The entries of a list.</summary>
    public ImmutableArray<ConfigNode> Entries() => Kind == JsonTokenType.StartArray ? Items : throw Error("must be a list");

    /// <summary>The member with this key, or null.</summary>
    public ConfigNode? Find(string name) => Members().FirstOrDefault(member => member.Name == name);

    /// <summary>The member with this key, which must be there.</summary>
    public ConfigNode Get(string name) => Find(name) ?? throw Error($"'{name}' is missing");

    /// <summary>A string's text.</summary>
    public string AsString() => Kind == JsonTokenType.String ? Text : throw Error("must be a string");

    /// <summary>A boolean.</summary>
    public bool AsBoolean() => Kind switch
    {
        JsonTokenType.True => true,
        JsonTokenType.False => false,
        _ => throw Error("must be true or false"),
    };

    /// <summary>A whole number in a range.</summary>
    public long AsInteger(long least, long most) =>
        Kind == JsonTokenType.Number
        && long.TryParse(Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value) && value >= least && value <= most
            ? value
            : throw Error($"must be a whole number from {least} to {most}");

    /// <summary>The strings of a list, each once.</summary>
    public ImmutableArray<string> AsStrings()
    {
        HashSet<string> seen = new(StringComparer.Ordinal);
        return [.. Entries().Select(entry => seen.Add(entry.AsString()) ? entry.Text : throw entry.Error($"'{entry.Text}' is in the list twice"))];
    }

    /// <summary>The strings of a list, each once and each one of <paramref name="known"/>.</summary>
    public ImmutableArray<string> AsStringsOf(IReadOnlyCollection<string> known)
    {
        ImmutableArray<string> values = AsStrings();
        foreach (ConfigNode entry in Entries())
        {
            if (!known.Contains(entry.Text))
            {
                throw entry.Error($"'{entry.Text}' is unknown; known are {string.Join(", ", known.Order(StringComparer.Ordinal))}");
            }
        }

        return values;
    }

    /// <summary>An absolute path in its only spelling: no <c>.</c>, <c>..</c>, <c>//</c> or slash at its end.</summary>
    public string AsPath() => CheckPath(AsString());

    /// <summary>The key as an absolute path, as <see cref="AsPath"/>.</summary>
    public string NameAsPath() => CheckPath(Name);

    private string CheckPath(string path)
    {
        bool good = path is ['/', ..] and { Length: < 4096 } && !path.Any(char.IsControl)
            && (path.Length == 1 || path[1..].Split('/').All(part => part is not ("" or "." or "..")));
        return good ? path : throw Error($"'{path}' must be an absolute path without '.', '..', '//' or a slash at its end");
    }
}
