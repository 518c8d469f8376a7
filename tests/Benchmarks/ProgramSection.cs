using System.Globalization;
using AgentSandbox.Grpc.Client;
using AgentSandbox.V1;

namespace AgentSandbox.Benchmarks;

/// <summary>The same work of the same program outside and in a jail: what confinement costs while a program runs.</summary>
internal sealed class ProgramSection : ISection
{
    private const string InJail = "/opt/bench";
    private const string PerRound = "10";
    private static readonly string[] s_kinds = ["cpu", "calls", "faults"];

    private readonly Samples[] _outside = [.. s_kinds.Select(kind => new Samples($"{kind}, outside"))];
    private readonly Samples[] _inside = [.. s_kinds.Select(kind => new Samples($"{kind}, in a jail"))];
    private readonly Reference _reference = new();
    private readonly BenchDaemon _daemon = new(readyJails: 0);
    private readonly UnixChannel _channel;
    private readonly Commands.CommandsClient _commands;
    private readonly string _program;
    private readonly string _jail;

    public ProgramSection()
    {
        _program = _reference.Compile("work", "-static");
        File.SetUnixFileMode(_reference.Folder, (UnixFileMode)0b111_101_101); // the jail's user has to get there
        _channel = _daemon.Connect();
        _commands = new(_channel);
        JailConfig config = BenchDaemon.Config();
        config.Binds.Add(new Bind { Source = _reference.Folder, Target = InJail });
        _jail = new V1.Jails.JailsClient(_channel).CreateJail(new CreateJailRequest { Config = config }).Id;
    }

    public string Title => "programs at work";

    public void Round()
    {
        for (int i = 0; i < s_kinds.Length; i++)
        {
            Reference.Run(_outside[i], _program, s_kinds[i], PerRound);
            ExecuteResponse done = _commands.Execute(new ExecuteRequest { Jail = _jail, Command = BenchDaemon.Command($"{InJail}/work", s_kinds[i], PerRound) });
            BenchDaemon.Check(done.Ended);
            foreach (string line in done.Stdout.ToStringUtf8().Split('\n', StringSplitOptions.RemoveEmptyEntries))
            {
                _inside[i].Add(double.Parse(line, CultureInfo.InvariantCulture));
            }
        }
    }

    public IEnumerable<Row> Rows() => s_kinds.SelectMany((_, i) => (Row[])[.. Row.Of(_outside[i]), .. Row.Of(_inside[i], _outside[i])]);

    public void Dispose()
    {
        _channel.Dispose();
        _daemon.Dispose();
        _reference.Dispose();
    }
}
