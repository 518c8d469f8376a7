using System.CommandLine;
using AgentSandbox.Ctl.Client;
using AgentSandbox.Ctl.Text;
using AgentSandbox.Jails.Configuration;
using AgentSandbox.Jails.Profiles;
using AgentSandbox.Jails.Seccomp;
using AgentSandbox.Kernel;
using Command = System.CommandLine.Command;

namespace AgentSandbox.Ctl.Commands;

/// <summary><c>sandboxctl profile</c>: the profiles there are.</summary>
internal static class ProfileCommand
{
    public static Command Create(DaemonOptions daemon)
    {
        Option<string?> directory = new("--profiles") { Description = "The directory of profiles.", HelpName = "DIR", Recursive = true };
        Command command = new("profile", "Lists, shows and checks profiles.") { directory };
        command.Add(List(directory, daemon));
        command.Add(Show(directory));
        command.Add(Check());
        return command;
    }

    private static Command List(Option<string?> directory, DaemonOptions daemon)
    {
        Option<bool> ask = new("--daemon") { Description = "Those that the daemon has, and whether you may use them." };
        Option<bool> json = new("--json") { Description = "With --daemon: prints JSON." };
        Command list = new("list", "Prints the name of each profile and what it is for.") { ask, json };
        list.SetAction(parsed =>
        {
            if (parsed.GetValue(ask))
            {
                return daemon.Ask(parsed, connection => ListOfDaemonAsync(connection, parsed.GetValue(json)));
            }

            if (parsed.GetValue(json))
            {
                throw new UsageException("--json goes with --daemon");
            }

            ProfileStore store = ProfileSource.Open(parsed.GetValue(directory));
            foreach (string name in store.List())
            {
                Console.Out.WriteLine($"{name,-12} {store.Load(name).Summary}");
            }

            return 0;
        });
        return list;
    }

    private static async Task<int> ListOfDaemonAsync(DaemonConnection daemon, bool json)
    {
        V1.ListProfilesResponse all = await daemon.Host.ListProfilesAsync(new V1.ListProfilesRequest());
        if (json)
        {
            JsonOutput.Print(all);
            return 0;
        }

        Table table = new("PROFILE", "ALLOWED", "SUMMARY");
        foreach (V1.Profile profile in all.Profiles)
        {
            table.Add(profile.Name, profile.Allowed ? "yes" : "no", profile.Summary);
        }

        table.Print();
        return 0;
    }

    private static Command Show(Option<string?> directory)
    {
        Argument<string> name = new("NAME") { Description = "The profile." };
        Command show = new("show", "Prints what a profile comes to: limits, files, and the answer to each system call.") { name };
        show.SetAction(parsed =>
        {
            JailProfile profile = ProfileSource.Open(parsed.GetValue(directory)).Load(parsed.GetValue(name)!);
            ProfileText.Print(Console.Out, profile);
        });
        return show;
    }

    private static Command Check()
    {
        Argument<string> directory = new("DIR") { Description = "A directory of profiles." };
        Command check = new("check", "Reads every profile of a directory and says what is wrong with it. Exit status 1 if anything is.") { directory };
        check.SetAction(parsed =>
        {
            ProfileStore store = ProfileSource.Open(parsed.GetValue(directory));
            int wrong = store.List().Count(name => !IsGood(store, name));
            return wrong == 0 ? 0 : 1;
        });
        return check;
    }

    private static bool IsGood(ProfileStore store, string name)
    {
        try
        {
            int instructions = FilterCompiler.Compile(store.Load(name).Syscalls, SyscallTable.Native).Length;
            Console.Out.WriteLine($"{name}: good; its filter has {instructions} instructions");
            return true;
        }
        catch (ConfigException wrong)
        {
            Console.Error.WriteLine(wrong.Message);
            return false;
        }
    }
}
