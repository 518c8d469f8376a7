using System.Globalization;
using Microsoft.Extensions.Logging;

namespace AgentSandbox.Daemon.Systemd;

/// <summary>Tells systemd in time that the service is alive, each time only after a check of itself has passed.</summary>
public sealed partial class WatchdogTimer : IAsyncDisposable
{
    private readonly ServiceNotifier _notifier;
    private readonly Func<CancellationToken, Task> _check;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _loop;
    private bool _isFailing;

    /// <summary>Starts the timer. With <paramref name="period"/> null it does nothing.</summary>
    /// <param name="notifier">Who is told.</param>
    /// <param name="period">The time in which systemd must hear of us, or null; see <see cref="ReadPeriod"/>.</param>
    /// <param name="check">Throws if the service is not well. It has half of the period; one that takes longer failed.</param>
    /// <param name="logger">Is told of the first failure after a success, and of the first success after a failure.</param>
    /// <param name="time">The clock.</param>
    public WatchdogTimer(ServiceNotifier notifier, TimeSpan? period, Func<CancellationToken, Task> check, ILogger<WatchdogTimer> logger, TimeProvider? time = null)
    {
        _notifier = notifier;
        _check = check;
        _logger = logger;
        _time = time ?? TimeProvider.System;
        _loop = period is { } known ? Run(known / 2) : Task.CompletedTask;
    }

    /// <summary>WATCHDOG_USEC, if it is meant for this process; taken out of the environment.</summary>
    public static TimeSpan? ReadPeriod()
    {
        string? usec = Environment.GetEnvironmentVariable("WATCHDOG_USEC");
        string? pid = Environment.GetEnvironmentVariable("WATCHDOG_PID");
        Environment.SetEnvironmentVariable("WATCHDOG_USEC", null);
        Environment.SetEnvironmentVariable("WATCHDOG_PID", null);
        bool ours = string.IsNullOrEmpty(pid) || pid == Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        return ours && long.TryParse(usec, NumberStyles.None, CultureInfo.InvariantCulture, out long number) && number > 0 ? TimeSpan.FromMicroseconds(number) : null;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _loop;
        _stop.Dispose();
    }

    private async Task Run(TimeSpan interval)
    {
        using PeriodicTimer timer = new(interval, _time);
        try
        {
            do
            {
                await CheckOnce(interval);
            }
            while (await timer.WaitForNextTickAsync(_stop.Token));
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            return; // disposed
        }
    }

    private async Task CheckOnce(TimeSpan deadline)
    {
        try
        {
            using CancellationTokenSource late = new(deadline, _time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, _stop.Token);
            await Task.Run(() => _check(either.Token), either.Token).WaitAsync(deadline, _time, _stop.Token);
            _notifier.Watchdog();
        }
        catch (Exception e) when (!_stop.IsCancellationRequested)
        {
            if (!_isFailing)
            {
                LogFailure(e);
            }

            _isFailing = true;
            return;
        }

        if (_isFailing)
        {
            LogRecovery();
        }

        _isFailing = false;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "the check of the daemon failed; systemd is not told that it is alive until it passes")]
    private partial void LogFailure(Exception e);

    [LoggerMessage(Level = LogLevel.Information, Message = "the check of the daemon passes again")]
    private partial void LogRecovery();
}
