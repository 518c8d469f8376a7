using System.CommandLine;
using AgentSandbox.Jails.Host;
using AgentSandbox.Jails.Plan;
using AgentSandbox.Jails.Policy;
using AgentSandbox.Kernel;
using AgentSandbox.Kernel.Child;

namespace AgentSandbox.Ctl.Commands;

/// <summary><c>sandboxctl plan</c>: what would be done, call by call.</summary>
internal static class PlanCommand
{
    private const uint ExampleUidBase = 0x2000_0000;

    public static Command Create()
    {
        JailOptions jail = new();
        ProgramArguments arguments = new();
        Option<string?> profiles = new("--profiles") { Description = "The directory of profiles.", HelpName = "DIR" };
        Command command = new(
            "plan",
            "Prints every system call by which a jail and its command would be made, as strace would, each after its reason. Runs nothing and needs no privilege.") { profiles };
        jail.AddTo(command);
        arguments.AddTo(command);
        command.SetAction(parsed =>
        {
            CommandSpec run = arguments.Read(parsed);
            JailRequest request = jail.Request(parsed, parsed.GetValue(profiles));
            HostFacts host = HostFacts.From(HostFeatures.Current);
            using HostPaths paths = new();
            HostFacts able = host with { Missing = host.Missing.Clear() };
            JailSpec spec = JailResolver.Resolve(request, ResolvedProfile.From(request.Profile, able, paths), able, paths, ExampleUidBase);
            Console.Out.WriteLine($"{PlanText.Print(spec)}\n{PlanText.Print(spec, run)}");
            Console.Out.WriteLine($"sha256 of the jail: {PlanText.Hash(spec)}\nsha256 of the command: {CommandPlanner.Plan(spec, run).Hash()}");
            foreach (string layer in host.Missing.Keys)
            {
                Console.Error.WriteLine($"sandboxctl: note: this host lacks {layer}: {host.Missing[layer]}");
            }
        });
        return command;
    }
}
