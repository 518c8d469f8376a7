using System.Globalization;
using AgentSandbox.Benchmarks;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

const string Usage = "usage: ./build.sh bench [--quick] [--only SECTION] [--json FILE]\n       ./build.sh bench --pure [--filter PATTERN]\n       ./build.sh bench --soak MINUTES";
const string Together = "jails"; // the engine's and the daemon's, whose rounds are interleaved
if (args is [StartSection.Hello])
{
    Console.WriteLine("hello");
    return 0;
}

if (args is ["--pure", .. string[] pure])
{
    // In this process: it was built as the executables are, with its packages pinned.
    IConfig config = DefaultConfig.Instance.AddJob(Job.Default.WithWarmupCount(5).WithIterationCount(15).WithIterationTime(Perfolizer.Horology.TimeInterval.FromMilliseconds(100)).WithToolchain(InProcessEmitToolchain.Instance)).WithArtifactsPath(Path.Combine(AgentSandbox.Tests.Repository.Root, "artifacts/bench"));
    return BenchmarkSwitcher.FromAssembly(typeof(ISection).Assembly).Run(pure is [] ? ["--filter", "*"] : pure, config).Any(summary => summary.HasCriticalValidationErrors) ? 1 : 0;
}

if (args is ["--soak", string text] && double.TryParse(text, CultureInfo.InvariantCulture, out double minutes) && minutes is > 0 and <= 24 * 60)
{
    return Soak.Run(TimeSpan.FromMinutes(minutes), Console.Out) ? 0 : 1;
}

bool isQuick = false;
string? only = null;
string? json = null;
for (int i = 0; i < args.Length; i++)
{
    switch (args[i])
    {
        case "--quick":
            isQuick = true;
            break;
        case "--only" when i + 1 < args.Length:
            only = args[++i];
            break;
        case "--json" when i + 1 < args.Length:
            json = args[++i];
            break;
        default:
            Console.Error.WriteLine(Usage);
            return 2;
    }
}

// What needs the machine to itself comes after the interleaved rounds, one by one.
(string Name, int Rounds, Func<ISection> Make)[] alone =
[
    ("programs", 5, () => new ProgramSection()),
    ("output", 5, () => new StreamSection(isQuick ? 64L << 20 : 512L << 20)),
    ("starts", 3, () => new StartSection()),
    ("clients", 3, () => new ClientsSection(TimeSpan.FromSeconds(isQuick ? 1 : 5))),
    ("workspaces", 3, () => new WorkspaceSection(isQuick ? [1000] : [1000, 50_000])),
    ("gateway", 3, () => new GatewaySection(TimeSpan.FromSeconds(isQuick ? 1 : 5))),
    ("density", 1, () => new DensitySection(isQuick ? [10, 100] : [10, 100, 1000, 2000])),
];
if (only is not null and not Together && !alone.Any(section => section.Name == only))
{
    Console.Error.WriteLine($"{Usage}\nsections: {Together}, {string.Join(", ", alone.Select(section => section.Name))}");
    return 2;
}

List<ISection> done = [];
try
{
    if (only is null or Together)
    {
        SpawnSection spawn = new();
        done.Add(spawn);
        done.Add(new DaemonSection(spawn));
        for (int round = 0; round < (isQuick ? 4 : 20); round++)
        {
            done.ForEach(section => section.Round());
        }

        done.ForEach(section => Report.Print(section, Console.Out));
    }

    foreach ((string name, int rounds, Func<ISection> make) in alone.Where(section => only is null || section.Name == only))
    {
        ISection section = make();
        done.Add(section);
        for (int round = 0; round < (isQuick && only is null ? 1 : rounds); round++)
        {
            section.Round();
        }

        Report.Print(section, Console.Out);
    }

    if (json is not null)
    {
        Report.Write(done, json);
    }

    return 0;
}
finally
{
    done.ForEach(section => section.Dispose());
}
