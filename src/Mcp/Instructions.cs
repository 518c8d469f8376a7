using System.Text;
using AgentSandbox.V1;

namespace AgentSandbox.Mcp;

/// <summary>What a model is told of the server before it uses it.</summary>
internal static class Instructions
{
    private const string Usual = """
        Runs commands and code in jails: no network but loopback, nothing of the host's files but its programs, limits of memory, CPU time, processes, output and time. Work is in /workspace.
        Leave out the argument jail: your default jail is made at first use and ends with this session. A refusal says which rule it was and what you can do instead.
        """;

    /// <summary>The text.</summary>
    /// <param name="caller">Who the caller is; null: not known.</param>
    /// <param name="profile">The profile of its default jail.</param>
    public static string For(WhoamiResponse? caller, string profile)
    {
        if (caller is null)
        {
            return $"{Usual}\nThe sandbox could not be reached when this server started: the first tool says whether it can be now.";
        }

        StringBuilder text = new(Usual);
        text.Append("\nYou are uid ").Append(caller.Uid).Append(", with ").Append(caller.Roles.Count == 0 ? "no role: nothing is permitted to you" : $"the roles {string.Join(", ", caller.Roles)}").Append('.');
        text.Append(caller.Profiles.Count == 0 ? "" : $" Profiles that you may use: {string.Join(", ", caller.Profiles)}; the default jail has {profile}.");
        string[] quotas = [.. caller.Quotas.Where(quota => quota.HasLimit && quota.Limit != long.MaxValue).Select(quota => $"{quota.Name} {quota.Limit}{(quota.Name is "memory" or "disk" ? " bytes" : quota.Name == "cpus" ? " thousandths of a core" : "")}")];
        return text.Append(quotas.Length == 0 ? "" : $" All your jails together: {string.Join(", ", quotas)}.").ToString();
    }
}
