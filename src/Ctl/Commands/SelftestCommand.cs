using System.CommandLine;
using AgentSandbox.Ctl.Selftest;
using AgentSandbox.Jails.Policy;

namespace AgentSandbox.Ctl.Commands;

/// <summary><c>sandboxctl selftest</c>: attacks jails of a profile on this host.</summary>
internal static class SelftestCommand
{
    public static Command Create()
    {
        Option<bool> attack = new("--attack") { Description = "Makes every attack of the catalogue in jails of the profile." };
        Option<string> profile = new("--profile", "-p") { Description = "The profile under attack.", HelpName = "NAME", DefaultValueFactory = _ => "shell" };
        Option<string?> profiles = new("--profiles") { Description = "The directory of profiles.", HelpName = "DIR" };
        Option<string[]> allowDegraded = new("--allow-degraded") { Description = "Goes on if the host lacks LAYER and the profile lets it go; 'all' for every such layer.", HelpName = "LAYER", DefaultValueFactory = _ => [] };
        Option<bool> json = new("--json") { Description = "Prints JSON." };
        Command command = new(
            "selftest",
            "Attacks jails from the inside and says what was refused. Exit status: 0 if all was refused as planned, 1 if an attack got through or could not be made, 125 if no jail starts.")
        {
            attack, profile, profiles, allowDegraded, json,
        };
        command.SetAction(parsed =>
        {
            if (!parsed.GetValue(attack))
            {
                throw new PolicyException("selftest", "--attack is the self-test that there is: pass it");
            }

            if (!Environment.IsPrivilegedProcess)
            {
                throw new PolicyException("selftest", "making jails needs root: run it with sudo");
            }

            JailRequest request = new()
            {
                Profile = ProfileSource.Open(parsed.GetValue(profiles)).Load(parsed.GetValue(profile)!),
                AllowDegraded = [.. parsed.GetValue(allowDegraded)!],
            };
            return new SelftestRun(request, parsed.GetValue(json)).Execute();
        });
        return command;
    }
}
