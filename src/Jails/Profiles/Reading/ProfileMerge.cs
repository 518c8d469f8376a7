using System.Collections.Immutable;
using System.Text.Json;
using AgentSandbox.Jails.Configuration;

namespace AgentSandbox.Jails.Profiles.Reading;

/// <summary>Lays a profile over the one that it extends: field by field; a list or map replaces, and with a <c>+</c> after its key adds.</summary>
internal static class ProfileMerge
{
    private static readonly string[] s_mergedByField =
        ["", "isolation", "filesystem", "syscalls", "landlock", "limits", "limits.defaults", "limits.ceilings", "network", "environment"];

    /// <summary>The complete profile. <paramref name="parent"/> is null for a profile that extends none.</summary>
    /// <exception cref="ConfigException">A <c>+</c> where there is nothing to add to, or beside the key without it.</exception>
    public static ConfigNode Merge(ConfigNode? parent, ConfigNode child)
    {
        List<ConfigNode> members = [.. parent?.Items ?? []];
        foreach (ConfigNode one in child.Members())
        {
            string name = one.Name.TrimEnd('+');
            int at = members.FindIndex(member => member.Name == name);
            ConfigNode? old = at < 0 ? null : members[at];
            ConfigNode merged = one.Name != name ? Add(child, old, one)
                : one.IsObject && s_mergedByField.Contains(one.Path) ? Merge(old is { IsObject: true } ? old : null, one)
                : one;
            if (at < 0)
            {
                members.Add(merged);
            }
            else
            {
                members[at] = merged;
            }
        }

        return child with { Items = [.. members] };
    }

    private static ConfigNode Add(ConfigNode owner, ConfigNode? old, ConfigNode added)
    {
        string name = added.Name.TrimEnd('+');
        if (owner.Find(name) is not null)
        {
            throw added.Error($"stands beside '{name}': write one list");
        }

        bool isListOrMap = added.Kind is JsonTokenType.StartArray or JsonTokenType.StartObject && !s_mergedByField.Contains(added.Path.TrimEnd('+'));
        if (old is null || old.Kind != added.Kind || !isListOrMap || added.Name != name + "+")
        {
            throw added.Error($"nothing to add to: the profile that is extended has no list or map '{name}'");
        }

        ImmutableArray<ConfigNode> kept = added.IsObject ? [.. old.Items.Where(member => added.Find(member.Name) is null)] : old.Items;
        return added with { Name = name, Items = [.. kept, .. added.Items] };
    }
}
