using System.CommandLine;
using AgentSandbox.Ctl.Client;
using AgentSandbox.Ctl.Text;
using Command = System.CommandLine.Command;

namespace AgentSandbox.Ctl.Commands;

/// <summary><c>sandboxctl whoami</c>: who the daemon takes us for.</summary>
internal static class WhoamiCommand
{
    public static Command Create(DaemonOptions daemon)
    {
        Option<bool> json = CommonOptions.Json();
        Command command = new("whoami", "Prints who the daemon takes you for, by the kernel's word and your API key, and what you may do and use.") { json };
        command.SetAction(parsed => daemon.Ask(parsed, async connection =>
        {
            V1.WhoamiResponse me = await connection.Host.WhoamiAsync(new V1.WhoamiRequest());
            if (parsed.GetValue(json))
            {
                JsonOutput.Print(me);
            }
            else
            {
                Print(me);
            }

            return 0;
        }));
        return command;
    }

    private static void Print(V1.WhoamiResponse me)
    {
        FieldList fields = new FieldList()
            .Add("user", $"uid {me.Uid}, gid {me.Gid}, groups {string.Join(' ', me.Groups)}")
            .Add("unit", me.Unit)
            .Add("API key", me.KeyId)
            .Add("roles", me.Roles.Count == 0 ? "none: have an administrator name you in policy.json" : string.Join(' ', me.Roles))
            .Add("user's roles", me.KeyId.Length == 0 ? "" : me.UserRoles.Count == 0 ? "none" : string.Join(' ', me.UserRoles))
            .Add("may", string.Join(' ', me.Permissions))
            .Add("profiles", string.Join(' ', me.Profiles));
        foreach (V1.Quota quota in me.Quotas)
        {
            fields.Add(quota.Name, $"{Amount(quota.Name, quota.Used)} of {(quota.HasLimit ? Amount(quota.Name, quota.Limit) : "no limit")}");
        }

        fields.Print();
    }

    private static string Amount(string quota, long amount) => quota switch
    {
        _ when amount == long.MaxValue => "no limit",
        "memory" or "disk" => Figures.Size(amount),
        "cpus" => Figures.Cores(amount),
        _ => Figures.Number(amount),
    };
}
