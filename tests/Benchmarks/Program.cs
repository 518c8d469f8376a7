using AgentSandbox.Benchmarks;

if (args is [StartSection.Hello])
{
    Console.WriteLine("hello");
    return 0;
}

bool isQuick = args.Contains("--quick");
using GatewaySection gateway = new(TimeSpan.FromSeconds(isQuick ? 1 : 5));
if (args.Contains("--gateway"))
{
    for (int round = 0; round < 3; round++)
    {
        gateway.Round();
    }

    Report.Print(gateway, Console.Out);
    return 0;
}

int json = Array.IndexOf(args, "--json");
string[] unknown = [.. args.Where((argument, i) => argument != "--quick" && i != json && (json < 0 || i != json + 1))];
if (unknown.Length > 0 || json == args.Length - 1)
{
    Console.Error.WriteLine("usage: ./build.sh bench [--quick] [--json FILE] | --gateway");
    return 2;
}

// Rounds are interleaved, so that a change of the machine's speed meets all rows alike. What needs the machine to itself comes after, one by one.
using SpawnSection spawn = new();
using DaemonSection daemon = new(spawn);
for (int round = 0; round < (isQuick ? 4 : 20); round++)
{
    spawn.Round();
    daemon.Round();
}

Report.Print(spawn, Console.Out);
Report.Print(daemon, Console.Out);
using ProgramSection programs = new();
using StreamSection streams = new(isQuick ? 64L << 20 : 512L << 20);
using StartSection starts = new();
using ClientsSection clients = new(TimeSpan.FromSeconds(isQuick ? 1 : 5));
using WorkspaceSection workspaces = new(isQuick ? [1000] : [1000, 50_000]);
using DensitySection density = new(isQuick ? [10, 100] : [10, 100, 1000, 2000]);
foreach ((ISection section, int rounds) in new (ISection, int)[] { (programs, 5), (streams, 5), (starts, 3), (clients, 3), (workspaces, 3), (gateway, 3), (density, 1) })
{
    for (int round = 0; round < (isQuick ? 1 : rounds); round++)
    {
        section.Round();
    }

    Report.Print(section, Console.Out);
}

if (json >= 0)
{
    Report.Write([spawn, daemon, programs, streams, starts, clients, workspaces, gateway, density], args[json + 1]);
}

return 0;
