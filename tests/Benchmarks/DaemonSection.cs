using System.Diagnostics;
using AgentSandbox.Grpc.Client;
using AgentSandbox.V1;
using Grpc.Core;

namespace AgentSandbox.Benchmarks;

/// <summary>The engine's rows through the socket of a daemon, which is a process of its own: what the API costs.</summary>
internal sealed class DaemonSection : ISection
{
    private const int PerRound = 25;
    private const int WarmUps = 500; // until the runtime of the daemon has compiled what is hot
    private static readonly TimeSpan s_refill = TimeSpan.FromMilliseconds(5);

    private readonly Samples _whoami = new("Whoami over the socket");
    private readonly Samples _execute = new("Execute true in a live jail, socket");
    private readonly Samples _overhead = new("Execute true, above the engine's run of it");
    private readonly Samples _run = new("Run true in a new jail, socket");
    private readonly Samples _readyRun = new("Run true in a ready jail, socket");
    private readonly Samples _createAndDelete = new("CreateJail + DeleteJail, socket");
    private readonly SpawnSection _engine;
    private readonly Client _cold = new(readyJails: 0);
    private readonly Client _ready = new(readyJails: 2);

    public DaemonSection(SpawnSection engine)
    {
        _engine = engine;
        for (int i = 0; i < WarmUps; i++)
        {
            Cold(isWarmUp: true);
        }

        for (int i = 0; i < WarmUps; i++)
        {
            Time(null, () => _ready.RunAsync());
        }
    }

    public string Title => "through a daemon";

    public void Round()
    {
        for (int i = 0; i < PerRound; i++)
        {
            Cold(isWarmUp: false);
        }

        for (int i = 0; i < PerRound; i++)
        {
            Thread.Sleep(s_refill); // a caller that is not the only one in the world: the next jail is ready
            Time(_readyRun, () => _ready.RunAsync());
        }
    }

    public IEnumerable<Row> Rows() =>
    [
        .. Row.Of(_whoami, _engine.Bare),
        .. Row.Of(_execute, _engine.Bare, _engine.Exec),
        .. Row.Of(_overhead),
        .. Row.Of(_run, _engine.Bare, _engine.Cycle),
        .. Row.Of(_readyRun, _engine.Bare, _engine.Cycle),
        .. Row.Of(_createAndDelete, _engine.Bare),
    ];

    public void Dispose()
    {
        _cold.Dispose();
        _ready.Dispose();
    }

    private static double Time(Samples? samples, Func<Task> call)
    {
        long start = Stopwatch.GetTimestamp();
        call().GetAwaiter().GetResult();
        double micros = Stopwatch.GetElapsedTime(start).TotalMicroseconds;
        samples?.Add(micros);
        return micros;
    }

    private void Cold(bool isWarmUp)
    {
        Time(isWarmUp ? null : _whoami, _cold.WhoamiAsync);
        double socket = Time(isWarmUp ? null : _execute, _cold.ExecuteAsync);
        double inEngine = _engine.RunInLiveJail();
        if (!isWarmUp)
        {
            _overhead.Add(socket - inEngine);
        }

        Time(isWarmUp ? null : _run, _cold.RunAsync);
        Time(isWarmUp ? null : _createAndDelete, _cold.CreateAndDeleteAsync);
    }

    private sealed class Client : IDisposable
    {
        private readonly BenchDaemon _daemon;
        private readonly UnixChannel _channel;
        private readonly Host.HostClient _host;
        private readonly V1.Jails.JailsClient _jails;
        private readonly Commands.CommandsClient _commands;
        private readonly string _jail;

        public Client(int readyJails)
        {
            _daemon = new BenchDaemon(readyJails);
            _channel = _daemon.Connect();
            _host = new(_channel);
            _jails = new(_channel);
            _commands = new(_channel);
            _jail = _jails.CreateJail(new CreateJailRequest { Config = BenchDaemon.Config() }).Id;
        }

        public async Task WhoamiAsync() => await _host.WhoamiAsync(new WhoamiRequest());

        public async Task ExecuteAsync() => BenchDaemon.Check((await _commands.ExecuteAsync(new ExecuteRequest { Jail = _jail, Command = BenchDaemon.Command("/usr/bin/true") })).Ended);

        public Task RunAsync() => RunOnceAsync(_commands);

        public async Task CreateAndDeleteAsync()
        {
            Jail jail = await _jails.CreateJailAsync(new CreateJailRequest { Config = BenchDaemon.Config() });
            await _jails.DeleteJailAsync(new DeleteJailRequest { Id = jail.Id });
        }

        public void Dispose()
        {
            _channel.Dispose();
            _daemon.Dispose();
        }
    }

    /// <summary>Runs <c>true</c> in a jail of its own.</summary>
    internal static async Task RunOnceAsync(Commands.CommandsClient commands)
    {
        using AsyncDuplexStreamingCall<RunRequest, ExecResponse> run = commands.Run();
        await run.RequestStream.WriteAsync(new RunRequest { Start = new RunStart { Config = BenchDaemon.Config(), Command = BenchDaemon.Command("/usr/bin/true") } }).ConfigureAwait(false);
        await run.RequestStream.CompleteAsync().ConfigureAwait(false);
        CommandEnd? end = null;
        while (await run.ResponseStream.MoveNext(CancellationToken.None).ConfigureAwait(false))
        {
            end = run.ResponseStream.Current.Ended ?? end;
        }

        BenchDaemon.Check(end);
    }
}
