using System.Text.Json;
using System.Text.Json.Nodes;

namespace AgentSandbox.Mcp.Schema;

/// <summary>Names of members in what is said about a value.</summary>
internal static class SchemaNames
{
    /// <summary>A member's path.</summary>
    public static string Join(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";

    /// <summary>A name as a value of its own.</summary>
    public static JsonElement AsValue(string name)
    {
        using JsonDocument document = JsonDocument.Parse(JsonValue.Create(name).ToJsonString());
        return document.RootElement.Clone();
    }

    /// <summary>What is said of a member that the schema does not know.</summary>
    /// <param name="name">The member.</param>
    /// <param name="properties">Those that it knows.</param>
    public static string Unknown(string name, JsonElement properties)
    {
        string[] known = properties.ValueKind == JsonValueKind.Object ? [.. properties.EnumerateObject().Select(property => property.Name)] : [];
        string? near = known.Select(one => (Name: one, Distance: Distance(one, name))).Where(one => one.Distance <= 3).OrderBy(one => one.Distance).FirstOrDefault().Name;
        return near is not null ? $"is unknown: perhaps it should be {near}" : $"is unknown: there {(known.Length == 0 ? "are no members" : $"is {string.Join(", ", known)}")}";
    }

    // How many characters have to be added, dropped or changed.
    private static int Distance(string a, string b)
    {
        const int MaxLength = 64;
        if (a.Length > MaxLength || b.Length > MaxLength)
        {
            return int.MaxValue;
        }

        int[] row = [.. Enumerable.Range(0, b.Length + 1)];
        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int above = row[j];
                row[j] = Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1));
                diagonal = above;
            }
        }

        return row[b.Length];
    }
}
