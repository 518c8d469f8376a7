using AgentSandbox.Ctl.Client;
using AgentSandbox.Ctl.Text;
using AgentSandbox.V1;
using Grpc.Core;

namespace AgentSandbox.Ctl.Top;

/// <summary>All jails that the caller may see, with what they use.</summary>
/// <param name="daemon">The daemon.</param>
/// <param name="interval">How often each is measured.</param>
internal sealed class TopSource(DaemonConnection daemon, TimeSpan interval) : IDisposable
{
    private readonly Dictionary<string, JailWatch> _watches = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (long Started, int Running, string Text)> _commands = new(StringComparer.Ordinal);
    private List<Jail> _jails = [];

    /// <summary>What is known now.</summary>
    public IReadOnlyList<TopRow> Rows => [.. _jails.Select(Row)];

    /// <summary>Lists the jails again.</summary>
    public async Task RefreshAsync()
    {
        _jails = await JailLists.ReadAsync(daemon).ConfigureAwait(false);
        HashSet<string> ids = [.. _jails.Select(jail => jail.Id)];
        foreach (string gone in _watches.Keys.Where(id => !ids.Contains(id)).ToArray())
        {
            _watches[gone].Dispose();
            _watches.Remove(gone);
            _commands.Remove(gone);
        }

        foreach (string id in ids.Where(id => !_watches.ContainsKey(id)))
        {
            _watches[id] = new JailWatch(daemon, id, interval);
        }

        foreach (Jail jail in _jails)
        {
            await RefreshCommandAsync(jail).ConfigureAwait(false);
        }
    }

    /// <summary>Waits until each jail was measured twice.</summary>
    public Task MeasureAsync() => Task.WhenAll(_watches.Values.Select(watch => watch.Measured));

    public void Dispose()
    {
        foreach (JailWatch watch in _watches.Values)
        {
            watch.Dispose();
        }
    }

    // Asked only when something was started or has ended since.
    private async Task RefreshCommandAsync(Jail jail)
    {
        long started = _watches[jail.Id].Stats.Last?.CommandsStarted ?? -1;
        if (_commands.TryGetValue(jail.Id, out (long Started, int Running, string Text) known) && known.Started == started && known.Running == jail.RunningCommands)
        {
            return;
        }

        string text = "";
        if (jail.RunningCommands > 0)
        {
            try
            {
                ListCommandsResponse all = await daemon.Commands.ListCommandsAsync(new ListCommandsRequest { Jail = jail.Id });
                text = all.Commands.LastOrDefault(command => command.Ended is null) is Command running ? VisibleText.OfCommand(running.Argv) : "";
            }
            catch (RpcException refused) when (refused.StatusCode is StatusCode.PermissionDenied or StatusCode.NotFound)
            {
                text = Figures.Unknown; // not ours to see, or just ended
            }
        }

        _commands[jail.Id] = (started, jail.RunningCommands, text);
    }

    private TopRow Row(Jail jail)
    {
        (Stats? before, Stats? last) = _watches[jail.Id].Stats;
        Usage usage = last?.Usage ?? new Usage();
        string command = _commands.GetValueOrDefault(jail.Id).Text ?? "";
        if (before is null || last is null || (last.Time - before.Time).ToTimeSpan() is not { Ticks: > 0 } passed)
        {
            return new TopRow(jail, usage, null, null, command);
        }

        double? cpu = usage.User is null ? null : (Names.CpuTime(usage) - Names.CpuTime(before.Usage)) / passed * 100;
        double? io = usage.HasIoReadBytes ? (usage.IoReadBytes + usage.IoWrittenBytes - before.Usage.IoReadBytes - before.Usage.IoWrittenBytes) / passed.TotalSeconds : null;
        return new TopRow(jail, usage, cpu, io, command);
    }
}
