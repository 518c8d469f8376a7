using AgentSandbox.Daemon.Systemd;
using Xunit;

namespace AgentSandbox.Tests.Daemon.Systemd;

[Collection(Alone.Name)]
public sealed class WatchdogTimerTests : IDisposable
{
    private static readonly TimeSpan s_period = TimeSpan.FromSeconds(30);

    private readonly NotifySocket _systemd = new();
    private readonly ServiceNotifier _notifier;
    private readonly ManualClock _clock = new();
    private readonly ListLogger<WatchdogTimer> _log = new();

    public WatchdogTimerTests() => _notifier = new(_systemd.Address);

    [Fact]
    public async Task Timer_WhenTheCheckPasses_TellsSystemd_AtHalfOfThePeriod()
    {
        await using WatchdogTimer timer = new(_notifier, s_period, _ => Task.CompletedTask, _log, _clock);

        Assert.Equal("WATCHDOG=1", _systemd.ReceiveText());
        _clock.Advance(s_period / 2);
        Assert.Equal("WATCHDOG=1", _systemd.ReceiveText());
        Assert.Equal(0, _log.Count);
    }

    [Fact]
    public async Task Timer_WhenTheCheckFails_TellsNothing_AndTheLogOnce_UntilItPasses()
    {
        int checks = 0;
        using SemaphoreSlim failed = new(0);
        await using WatchdogTimer timer = new(_notifier, s_period, Check, _log, _clock);

        Assert.StartsWith("Error: the check of the daemon failed", _log.Take(), StringComparison.Ordinal);
        Assert.True(_systemd.IsEmpty);
        while (Volatile.Read(ref checks) < 3)
        {
            _clock.Advance(s_period / 2);
        }

        while (_systemd.IsEmpty)
        {
            _clock.Advance(s_period / 2);
        }

        Assert.Equal("WATCHDOG=1", _systemd.ReceiveText());
        Assert.StartsWith("Information: the check of the daemon passes again", _log.Take(), StringComparison.Ordinal);

        Task Check(CancellationToken cancellation) => Interlocked.Increment(ref checks) <= 3 ? throw new InvalidOperationException("not well") : Task.CompletedTask;
    }

    [Fact]
    public async Task Timer_WhenTheCheckHangs_TellsNothing()
    {
        TaskCompletionSource never = new();
        await using WatchdogTimer timer = new(_notifier, s_period, _ => never.Task, _log, _clock);
        while (_log.Count == 0)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        Assert.True(_systemd.IsEmpty);
    }

    [Theory]
    [InlineData("30000000", "", 30)]
    [InlineData("30000000", "self", 30)]
    [InlineData("30000000", "1", null)]
    [InlineData("x", "", null)]
    [InlineData(null, null, null)]
    public void ReadPeriod_IsForThisProcessAlone(string? usec, string? pid, int? seconds)
    {
        Environment.SetEnvironmentVariable("WATCHDOG_USEC", usec);
        Environment.SetEnvironmentVariable("WATCHDOG_PID", pid == "self" ? $"{Environment.ProcessId}" : pid);

        Assert.Equal(seconds is null ? null : TimeSpan.FromSeconds(seconds.Value), WatchdogTimer.ReadPeriod());
        Assert.Null(Environment.GetEnvironmentVariable("WATCHDOG_USEC"));
    }

    public void Dispose()
    {
        _notifier.Dispose();
        _systemd.Dispose();
    }
}
