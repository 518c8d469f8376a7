using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using AgentSandbox.Access;
using AgentSandbox.Daemon.Commands;
using AgentSandbox.Jails.Supervise;
using AgentSandbox.Kernel;

namespace AgentSandbox.Daemon.Registry;

/// <summary>A jail of the daemon's, with its commands.</summary>
internal sealed class JailEntry : IDisposable
{
    private const string IdPrefix = "c-";
    private const int KeptCommands = 100;
    private const int FileCalls = 8;

    // A jail of a thousand processes takes less to end; what the kernel does not let go of may take for ever.
    private static readonly TimeSpan s_endPatience = TimeSpan.FromSeconds(5);

    private static readonly string[] s_limits = ["memory", "pids"];

    private readonly ConcurrentDictionary<string, ManagedCommand> _commands = new();
    private readonly ConcurrentQueue<string> _order = new();
    private readonly EventLoop _loop;
    private readonly CancellationTokenSource _over = new();
    private WatchedFd _end;
    private string? _why;
    private long _killed; // when; 0: it was not
    private bool _isTold;
    private ImmutableArray<LimitWatch> _limits = [];
    private long _lastUse = Stopwatch.GetTimestamp();
    private int _started;

    /// <summary>An entry for <paramref name="jail"/>, which it owns from now on.</summary>
    /// <param name="jail">The jail.</param>
    /// <param name="record">Whose it is, and what else the engine does not know.</param>
    /// <param name="share">What it takes of its owner's quota; given back with the jail.</param>
    /// <param name="loop">Tells when the jail has ended.</param>
    public JailEntry(Jail jail, JailRecord record, QuotaReservation share, EventLoop loop)
    {
        Share = share;
        Jail = jail;
        Record = record;
        _end = jail.WatchEnd(loop);
        _loop = loop;
        _killed = jail.IsEnding ? 1 : 0; // the engine has waited
    }

    /// <summary>The jail; <see cref="Dispose"/> ends it.</summary>
    public Jail Jail { get; }

    /// <summary>Whose it is, and what else the engine does not know.</summary>
    public JailRecord Record { get; }

    /// <summary>What it takes of its owner's quota.</summary>
    public QuotaReservation Share { get; }

    /// <summary>Calls that work with its files take turns: so many at once.</summary>
    public SemaphoreSlim FileTurns { get; } = new(FileCalls);

    /// <summary>Cancelled when it ends: what still looks into it has to let go.</summary>
    public CancellationToken Over => _over.Token;

    /// <summary>True once it is dead.</summary>
    public bool HasEnded => Jail.HasEnded;

    /// <summary>True if all in it is killed and the kernel has not let go of something for long: it ends when the kernel does.</summary>
    public bool IsStuck => !HasEnded && Volatile.Read(ref _killed) is long killed and not 0 && Stopwatch.GetElapsedTime(killed) >= s_endPatience;

    /// <summary>SHA-256 of the plan by which it was made.</summary>
    public string PlanHash => Jail.PlanHash;

    /// <summary>Its id.</summary>
    public string Id => Jail.Id;

    /// <summary>Commands that were started in it.</summary>
    public int Started => Volatile.Read(ref _started);

    /// <summary>Commands that run in it now.</summary>
    public int Running => _commands.Values.Count(command => !command.Ended.IsCompleted);

    /// <summary>Its commands: those that run, and the last that ended; the oldest first.</summary>
    public ImmutableArray<ManagedCommand> Commands =>
        [.. _commands.Values.OrderBy(command => int.Parse(command.Id.AsSpan(IdPrefix.Length), CultureInfo.InvariantCulture))];

    /// <summary>Why it ends, in words.</summary>
    public string Why => _why ?? "its PID 1 was killed";

    /// <summary>Somebody asked for it just now.</summary>
    public void Touch() => Volatile.Write(ref _lastUse, Stopwatch.GetTimestamp());

    /// <summary>Why it is to end now; null: it is not.</summary>
    public string? Overdue =>
        !Record.TimeToLive.IsMax && Jail.Age >= Record.TimeToLive.Value ? "its time to live is over"
        : !Record.IdleTimeout.IsMax && Running == 0 && Stopwatch.GetElapsedTime(Volatile.Read(ref _lastUse)) >= Record.IdleTimeout.Value ? "nobody used it for its idle time"
        : null;

    /// <summary>Tells from now on when it is at a limit.</summary>
    /// <param name="reached">Gets <c>memory</c> or <c>pids</c>.</param>
    public void WatchLimits(Action<string> reached) => _limits = Jail.Cgroup is null ? [] :
    [
        .. s_limits.Select(limit => LimitWatch.Start(Jail.Cgroup, $"{limit}.events", _loop, () => reached(limit))).OfType<LimitWatch>(),
    ];

    /// <summary>Starts a command in it and keeps hold of it.</summary>
    /// <param name="start">Starts it, under the id that it gets.</param>
    /// <exception cref="StuckJailException">The jail is stuck.</exception>
    public ManagedCommand Start(Func<string, ManagedCommand> start)
    {
        ThrowIfStuck();
        Touch();
        ManagedCommand command = start(string.Create(CultureInfo.InvariantCulture, $"{IdPrefix}{Interlocked.Increment(ref _started)}"));
        _commands[command.Id] = command;
        _order.Enqueue(command.Id);
        ForgetOldest();
        _ = command.Ended.ContinueWith(_ => Touch(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        return command;
    }

    /// <summary>Takes in a command that an earlier run of the daemon started.</summary>
    public void Adopt(ManagedCommand command)
    {
        _commands[command.Id] = command;
        _order.Enqueue(command.Id);
        _started = Math.Max(_started, int.Parse(command.Id.AsSpan(IdPrefix.Length), CultureInfo.InvariantCulture));
    }

    /// <summary>The command with this id.</summary>
    /// <exception cref="NotFoundException">There is none, or it ended long ago.</exception>
    public ManagedCommand Find(string id) => _commands.TryGetValue(id, out ManagedCommand? command) ? command : throw new NotFoundException($"command {id} in jail {Id}");

    /// <summary>Done when its PID 1 is dead, or it is disposed.</summary>
    /// <returns>True: PID 1 is dead.</returns>
    public ValueTask<bool> WaitForEndAsync() => _end.WaitReadableAsync();

    /// <summary>Kills all in it, and does not wait.</summary>
    /// <param name="why">Why, in words; the first counts.</param>
    public void Kill(string why)
    {
        Interlocked.CompareExchange(ref _why, why, null);
        Interlocked.CompareExchange(ref _killed, Stopwatch.GetTimestamp(), 0);
        Jail.Kill();
    }

    /// <summary>Refuses what needs a jail that can be used.</summary>
    /// <exception cref="StuckJailException">The jail is stuck.</exception>
    public void ThrowIfStuck()
    {
        if (IsStuck)
        {
            throw new StuckJailException(Id);
        }
    }

    /// <summary>Finds out whether it became stuck since this was asked last.</summary>
    public bool BecameStuck() => IsStuck && !Interlocked.Exchange(ref _isTold, true);

    /// <summary>Kills all in it and waits until it is dead; who waits for its end is let go, and has to wait again if it is not.</summary>
    /// <param name="why">Why, in words; the first counts.</param>
    /// <returns>True if it is dead.</returns>
    public bool TryEnd(string why)
    {
        bool wasStuck = IsStuck;
        _end.Dispose();
        Kill(why);
        if (Jail.WaitForEnd(wasStuck ? TimeSpan.Zero : s_endPatience))
        {
            return true;
        }

        _end = Jail.WatchEnd(_loop);
        return false;
    }

    /// <summary>Ends all in the jail, and the jail.</summary>
    public void Dispose()
    {
        foreach (LimitWatch limit in _limits)
        {
            limit.Dispose();
        }

        _end.Dispose();
        _over.Cancel();
        Jail.Dispose();
        Share.Dispose();
    }

    private void ForgetOldest()
    {
        while (_order.Count > KeptCommands && _order.TryPeek(out string? oldest) && _commands.TryGetValue(oldest, out ManagedCommand? command) && command.Ended.IsCompleted)
        {
            _order.TryDequeue(out _);
            _commands.TryRemove(oldest, out _);
        }
    }
}
