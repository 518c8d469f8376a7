using System.Net.Sockets;
using System.Runtime.InteropServices;
using AgentSandbox.Access;
using AgentSandbox.Audit;
using AgentSandbox.Daemon.Api;
using AgentSandbox.Daemon.Auth;
using AgentSandbox.Daemon.Commands;
using AgentSandbox.Daemon.Configuration;
using AgentSandbox.Daemon.Handoff;
using AgentSandbox.Daemon.Registry;
using AgentSandbox.Daemon.Systemd;
using AgentSandbox.Grpc.Client;
using AgentSandbox.Jails.Policy;
using AgentSandbox.Jails.Supervise;
using AgentSandbox.Jails.Workspaces.Store;
using AgentSandbox.Kernel;
using Grpc.Health.V1;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;

namespace AgentSandbox.Daemon;

/// <summary>The daemon: its parts, put together by hand, from the start to the stop.</summary>
internal sealed partial class SandboxDaemon : IAsyncDisposable
{
    private static readonly TimeSpan s_sweepInterval = TimeSpan.FromMilliseconds(500);

    private readonly DaemonConfig _config;
    private readonly ILoggerFactory _logs;
    private readonly ILogger _log;
    private readonly ServiceNotifier _notifier = ServiceNotifier.FromEnvironment();
    private readonly InheritedSockets _inherited = InheritedSockets.FromEnvironment();
    private readonly CancellationTokenSource _stopping = new();
    private readonly EventLoop _loop = new();
    private readonly RateLimits _rates = new();
    private readonly AuditLog _audit;
    private readonly ApiKeyStore _keys;
    private readonly JailEngine _engine;
    private readonly JailRegistry _registry;
    private readonly Recorder _recorder;
    private readonly DaemonStatus _status;
    private readonly Reloader _reloader;
    private readonly HandoffServer _handoff;
    private readonly bool _ownsSocket;
    private readonly WebApplication _server;

    private SandboxDaemon(DaemonConfig config, ILoggerFactory logs)
    {
        _config = config;
        _logs = logs;
        _log = logs.CreateLogger<SandboxDaemon>();
        RuntimeDirectories.Prepare(config);
        SettingsStore settings = new(config.Profiles, config.Policy);
        string auditFile = config.Audit.File ?? Path.Combine(config.StateDirectory, "audit.jsonl");
        _audit = AuditLog.Open(config.StateDirectory, AuditSinks.Open(config.Audit, auditFile), new AuditLogOptions(DaemonStatus.Version));
        _keys = new ApiKeyStore(config.StateDirectory, TimeProvider.System);
        QuotaLedger quotas = new();
        EventHub events = new();
        _recorder = new(_audit, events, logs.CreateLogger<Recorder>());
        StateStore store = new(config.RuntimeDirectory);
        _registry = new JailRegistry(store, _recorder);
        HostFacts host = HostFacts.From(HostFeatures.Current);
        WorkspaceStore kept = new(Path.Combine(config.StateDirectory, "workspaces"));
        foreach (DamagedState damaged in kept.Damaged)
        {
            WorkspaceIsDamaged(_log, damaged.Path, damaged.Reason);
            _recorder.WorkspaceDamaged(damaged);
        }

        _engine = ServiceEngine.Create(host, HostFeatures.Current, config.Cgroup, new Reserve(config.SpareNetworks, config.ReadyJails, config.ReadyCommands), kept);
        _status = new DaemonStatus(_registry, _engine);
        _reloader = new Reloader(settings, _audit, _notifier, _status.ToString);
        WorkspaceKeeper keeper = _engine.Workspaces!;
        WorkspaceRegistry workspaces = new(keeper, quotas, _recorder);
        CallGuard guard = new(settings, new Authenticator(_keys), _rates, _audit);
        JailMaker maker = new(guard, settings, quotas, _engine, _registry, store, _recorder, workspaces, _loop);
        CommandRunner runner = new(_loop, quotas, _recorder, keeper, new OutputBuffers(), new CommandKeeper(store, _notifier, _inherited));
        new Adopter(store, _engine, _registry, runner, quotas, _recorder, _loop).Adopt();
        keeper.JoinLayers(); // now it is known who has which workspace
        _handoff = new HandoffServer(HandoffSocket.Listen(config, _inherited), logs.CreateLogger<HandoffServer>());
        _ownsSocket = _inherited.Listening.IsEmpty;
        _server = ApiServer.Create(
            config,
            logs,
            _inherited,
            new JailsService(guard, settings, maker, _registry, events, _engine),
            new CommandsService(guard, maker, _registry, runner, new StreamHandoff(_handoff, config.HandoffSocket)),
            new FilesService(guard, _registry, _recorder),
            new WorkspacesService(guard, workspaces, keeper, _registry, _recorder, store),
            new HostService(guard, _reloader, settings, quotas, _keys, _audit, new AuditTrail(auditFile), _status));
    }

    /// <summary>Starts the daemon; it serves when this returns.</summary>
    public static async Task<SandboxDaemon> StartAsync(DaemonConfig config)
    {
        ILoggerFactory logs = LoggerFactory.Create(builder => builder.AddProvider(new PriorityConsole()).SetMinimumLevel(LogLevel.Information).AddFilter("Microsoft", LogLevel.Warning));
        SandboxDaemon daemon = new(config, logs);
        try
        {
            await daemon._server.StartAsync().ConfigureAwait(false);
            if (daemon._ownsSocket)
            {
                UnixSocketFile.Share(config.ApiSocket, config.SocketGroup);
            }

            daemon._notifier.Ready(daemon._status.ToString());
            Serving(daemon._log, config.ApiSocket);
            return daemon;
        }
        catch
        {
            await daemon.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Serves until SIGTERM or SIGINT.</summary>
    public async Task RunAsync()
    {
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using PosixSignalRegistration reload = PosixSignalRegistration.Create(PosixSignal.SIGHUP, Reload);
        await using WatchdogTimer watchdog = new(_notifier, WatchdogTimer.ReadPeriod(), CheckSelfAsync, _logs.CreateLogger<WatchdogTimer>());
        using PeriodicTimer sweep = new(s_sweepInterval);
        string told = "";
        try
        {
            while (await sweep.WaitForNextTickAsync(_stopping.Token).ConfigureAwait(false))
            {
                _registry.Sweep();
                foreach (string id in _engine.EndStuck())
                {
                    _recorder.JailEnded(id);
                }

                _keys.Flush();
                string status = _status.ToString();
                if (told != status)
                {
                    told = status;
                    _notifier.SetStatus(status);
                }
            }
        }
        catch (OperationCanceledException)
        {
            Stopping(_log);
        }

        _notifier.Stopping(_status.ToString());
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync().ConfigureAwait(false);
        await _handoff.DisposeAsync().ConfigureAwait(false);
        foreach (JailEntry entry in _config.KeepJails ? [] : _registry.All)
        {
            EndWithDaemon(entry);
        }

        _engine.Dispose();
        _keys.Dispose();
        _audit.Dispose();
        _rates.Dispose();
        _loop.Dispose();
        _inherited.Dispose();
        _notifier.Dispose();
        _stopping.Dispose();
        _logs.Dispose();
    }

    // What the kernel does not let go of is dead all but in name: the next daemon takes hold of it and ends it.
    private void EndWithDaemon(JailEntry entry)
    {
        try
        {
            _registry.End(entry, "the daemon stops");
        }
        catch (StuckJailException stuck)
        {
            Stuck(_log, stuck.Message);
        }
    }

    // As a caller would: the socket, the HTTP server and the event loop have to work.
    private async Task CheckSelfAsync(CancellationToken cancellationToken)
    {
        using UnixChannel channel = new(_config.ApiSocket);
        HealthCheckResponse answer = await new Health.HealthClient(channel).CheckAsync(new HealthCheckRequest(), cancellationToken: cancellationToken);
        if (answer.Status != HealthCheckResponse.Types.ServingStatus.Serving || !_audit.IsHealthy)
        {
            throw new InvalidOperationException(_audit.IsHealthy ? "the API does not serve" : "no audit sink takes records");
        }
    }

    private void Stop(PosixSignalContext context)
    {
        context.Cancel = true;
        _stopping.Cancel();
    }

    private void Reload(PosixSignalContext context)
    {
        context.Cancel = true;
        try
        {
            _reloader.Reload("SIGHUP");
            Reloaded(_log);
        }
        catch (Exception bad) when (bad is not OutOfMemoryException)
        {
            NotReloaded(_log, bad.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "serving on {Socket}")]
    private static partial void Serving(ILogger log, string socket);

    [LoggerMessage(Level = LogLevel.Error, Message = "a workspace is set aside, and nothing is removed of any: {File} is damaged: {Reason}")]
    private static partial void WorkspaceIsDamaged(ILogger log, string file, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Reason}")]
    private static partial void Stuck(ILogger log, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "stopping")]
    private static partial void Stopping(ILogger log);

    [LoggerMessage(Level = LogLevel.Information, Message = "profiles and policy are read again")]
    private static partial void Reloaded(ILogger log);

    [LoggerMessage(Level = LogLevel.Error, Message = "profiles and policy are not read again, the old ones hold: {Reason}")]
    private static partial void NotReloaded(ILogger log, string reason);
}
