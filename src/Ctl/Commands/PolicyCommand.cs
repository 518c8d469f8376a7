using System.Collections.Immutable;
using System.CommandLine;
using System.Text.Json;
using AgentSandbox.Access;
using AgentSandbox.Ctl.Policy;
using AgentSandbox.Ctl.Text;
using AgentSandbox.Jails.Policy;
using Command = System.CommandLine.Command;

namespace AgentSandbox.Ctl.Commands;

/// <summary><c>sandboxctl policy</c>: what a policy file says. The daemon is not asked.</summary>
internal static class PolicyCommand
{
    private const string DefaultFile = "/etc/agent-sandboxd/policy.json";

    public static Command Create() => new("policy", "Checks a policy file, and asks it who may do what. The daemon is not asked: 'sandboxctl whoami' does.") { Check(), WhoCan() };

    private static Command Check()
    {
        Argument<string> file = new("FILE") { Description = "The policy file." };
        Option<string?> profiles = new("--profiles") { Description = "The directory of profiles that the policy is for.", HelpName = "DIR" };
        Option<bool> json = CommonOptions.Json();
        Command check = new("check", "Reads a policy as the daemon would, and says what its author may not have meant. Exit status 1 if the daemon would refuse it.") { file, profiles, json };
        check.SetAction(parsed =>
        {
            AccessPolicy policy = Read(parsed.GetValue(file)!);
            ImmutableArray<PolicyFinding> findings = PolicyQuestions.Check(policy, [.. ProfileSource.Open(parsed.GetValue(profiles)).List()]);
            if (parsed.GetValue(json))
            {
                Console.Out.WriteLine(JsonSerializer.Serialize(new PolicyCheckReport(policy.Roles.Length, policy.Principals.Length, findings), PolicyJson.Default.PolicyCheckReport));
                return;
            }

            foreach (PolicyFinding finding in findings)
            {
                Console.Out.WriteLine($"note: {VisibleText.Of(finding.ToString())}");
            }

            Console.Out.WriteLine($"{policy.Roles.Length} roles, {policy.Principals.Length} principals: the daemon would take it");
        });
        return check;
    }

    private static Command WhoCan()
    {
        Argument<string> verb = new("VERB") { HelpName = "VERB", Description = $"What may be done: {string.Join(", ", Permissions.All)}." };
        verb.CompletionSources.Add([.. Permissions.All]);
        Argument<string?> profile = new("PROFILE") { Description = "With jails of this profile.", Arity = ArgumentArity.ZeroOrOne };
        Option<string> file = new("--policy") { Description = "The policy file.", HelpName = "FILE", DefaultValueFactory = _ => DefaultFile };
        Option<bool> json = CommonOptions.Json();
        Command whoCan = new("who-can", "Prints who may do something, by which role, and in which lines of the policy that stands. Exit status 1 if nobody may.") { verb, profile, file, json };
        whoCan.SetAction(parsed =>
        {
            ImmutableArray<WhoCanRow> rows = PolicyQuestions.WhoCan(Read(parsed.GetValue(file)!), parsed.GetValue(verb)!, parsed.GetValue(profile));
            if (parsed.GetValue(json))
            {
                Console.Out.WriteLine(JsonSerializer.Serialize(new WhoCanReport(rows), PolicyJson.Default.WhoCanReport));
            }
            else
            {
                Print(rows);
            }

            return rows.IsEmpty ? ExitCodes.Failed : 0;
        });
        return whoCan;
    }

    private static void Print(ImmutableArray<WhoCanRow> rows)
    {
        Table table = new("WHO", "ROLE", "WHOSE JAILS", "NAMED IN", "ROLE IN");
        foreach (WhoCanRow row in rows)
        {
            table.Add(row.Principal, row.Role, row.Scope == AccessScope.All ? "everybody's" : "its own", row.PrincipalPlace, row.RolePlace);
        }

        if (rows.IsEmpty)
        {
            Console.Out.WriteLine("nobody");
        }
        else
        {
            table.Print();
        }
    }

    private static AccessPolicy Read(string file)
    {
        try
        {
            return AccessPolicy.Parse(file, File.ReadAllBytes(file), Accounts.Read());
        }
        catch (FileNotFoundException)
        {
            throw new PolicyException(file, "there is no such file");
        }
    }
}
