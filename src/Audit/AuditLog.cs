using System.Collections.Immutable;
using AgentSandbox.Kernel;

namespace AgentSandbox.Audit;

/// <summary>The audit trail of this process: gives each record its place in the chain and hands it to the sinks. All methods may be called from any thread.</summary>
/// <remarks>A write returns when at least one sink has the record. If none takes it, it throws, and what the record tells of must not be done.</remarks>
public sealed class AuditLog : IDisposable
{
    private readonly Lock _gate = new();
    private readonly AuditState _state;
    private readonly ImmutableArray<AuditSinkHealth> _sinks;
    private readonly TimeProvider _time;
    private readonly FloodGate _floods;
    private readonly ITimer _floodTimer;
    private readonly Queue<AuditRecord> _owed = new();
    private AuditHead _head;
    private bool _isDisposed;

    private AuditLog(AuditState state, IEnumerable<IAuditSink> sinks, AuditLogOptions options)
    {
        _state = state;
        _sinks = [.. sinks.Select(sink => new AuditSinkHealth(sink, options.Time))];
        _time = options.Time;
        _floods = new(options.FloodBurst, options.FloodPerSecond, options.Time);
        _floodTimer = options.Time.CreateTimer(_ => TellFloods(), null, options.FloodInterval, options.FloodInterval);
    }

    /// <summary>True if the last write reached a sink. While false no jail may be started.</summary>
    public bool IsHealthy { get; private set; }

    /// <summary>Where the chain is.</summary>
    public AuditHead Head
    {
        get
        {
            lock (_gate)
            {
                return _head;
            }
        }
    }

    /// <summary>The sinks that do not take records now, each with its reason.</summary>
    public IReadOnlyDictionary<string, string> FailingSinks
    {
        get
        {
            lock (_gate)
            {
                return _sinks.Where(sink => sink.Failure is not null).ToDictionary(sink => sink.Sink.Name, sink => sink.Failure!.Message);
            }
        }
    }

    /// <summary>Goes on with the chain in <paramref name="directory"/>, gives the sinks what a crash kept from them, and writes that the daemon started.</summary>
    /// <param name="directory">The state directory; only root can write it.</param>
    /// <param name="sinks">One or more; the log owns them.</param>
    /// <param name="options">How.</param>
    /// <returns>The log. If no sink takes records, it is there nevertheless, and not healthy: what runs must go on.</returns>
    /// <exception cref="IOException">The state cannot be read, or another daemon has it.</exception>
    public static AuditLog Open(string directory, IEnumerable<IAuditSink> sinks, AuditLogOptions options)
    {
        AuditLog log = new(AuditState.Open(directory), sinks, options);
        try
        {
            if (log._sinks.IsEmpty)
            {
                throw new ArgumentException("no audit sink is configured", nameof(sinks));
            }

            log.Recover();
            log._owed.Enqueue(AuditRecord.About(AuditKind.DaemonStarted, $"agent-sandboxd {options.Version} started")
                .Version(options.Version).BootId(BootId()).Previous(log._head.Hash).LastSequence(log._head.Sequence).Build());
            lock (log._gate)
            {
                log.IsHealthy = log.TryPayOwed(out _);
            }

            return log;
        }
        catch
        {
            log.Dispose();
            throw;
        }
    }

    /// <summary>Writes <paramref name="record"/>.</summary>
    /// <returns>The entry as it was written.</returns>
    /// <exception cref="AuditException">No sink takes it.</exception>
    public AuditEntry Write(AuditRecord record)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            AuditEntry? entry = null;
            IsHealthy = TryPayOwed(out AuditException? failure) && TryWrite(record, out entry, out failure) && TryPayOwed(out _);
            return entry ?? throw failure!;
        }
    }

    /// <summary>Writes <paramref name="record"/>, unless <paramref name="source"/> caused too many lately. What is left out is counted, and the count written.</summary>
    /// <param name="record">Of what others cause at will: refusals, denials.</param>
    /// <param name="source">Who caused it: <c>jail:ID</c>, <c>uid:1000</c>.</param>
    /// <returns>False if it was left out.</returns>
    /// <exception cref="AuditException">No sink takes it.</exception>
    public bool WriteLimited(AuditRecord record, string source)
    {
        if (!_floods.TryPass(source))
        {
            return false;
        }

        Write(record);
        return true;
    }

    /// <summary>Writes what is still to be told of floods, and closes the sinks.</summary>
    public void Dispose()
    {
        _floodTimer.Dispose();
        lock (_gate)
        {
            if (_isDisposed)
            {
                return;
            }

            if (!_sinks.IsEmpty && !_head.Equals(default))
            {
                PayFloods();
            }

            _isDisposed = true;
            foreach (AuditSinkHealth sink in _sinks)
            {
                sink.Sink.Dispose();
            }

            _state.Dispose();
        }
    }

    // The state is right after a crash of the daemon; after a loss of power a file that was synced can be ahead of it.
    private void Recover()
    {
        _head = _state.ReadHead() ?? AuditHead.Start;
        if (_state.ReadPending(_head) is { } pending)
        {
            if (TryGive(pending, isReplay: true, out _))
            {
                _head = pending.Head;
            }
        }

        foreach (AuditSinkHealth sink in _sinks)
        {
            if (sink.TryReadLast() is { } last && last.Sequence > _head.Sequence)
            {
                _head = last.Head;
            }
        }

        _state.Commit(_head);
    }

    // What a write adds to it (a sink failed, or works again) waits for the next time: a sink that does both by turns must not hold us here.
    private bool TryPayOwed(out AuditException? failure)
    {
        failure = null;
        for (int left = _owed.Count; left > 0; left--)
        {
            if (!TryWrite(_owed.Peek(), out _, out failure))
            {
                return false;
            }

            _owed.Dequeue();
        }

        return true;
    }

    private bool TryWrite(AuditRecord record, out AuditEntry? entry, out AuditException? failure)
    {
        entry = AuditEntry.After(_head, _time.GetUtcNow(), record);
        try
        {
            _state.Begin(entry);
            if (TryGive(entry, isReplay: false, out failure))
            {
                _head = entry.Head;
                _state.Commit(_head);
                return true;
            }

            _state.Cancel();
        }
        catch (IOException e)
        {
            failure = new AuditException($"audit: state: {e.Message}", e);
        }

        entry = null;
        return false;
    }

    private bool TryGive(AuditEntry entry, bool isReplay, out AuditException? failure)
    {
        AuditSinkHealth[] resting = [.. _sinks.Where(sink => sink.Rests)];
        bool taken = false;
        foreach (AuditSinkHealth sink in _sinks.Except(resting))
        {
            taken |= sink.TryWrite(entry, isReplay);
        }

        foreach (AuditSinkHealth sink in resting)
        {
            if (taken)
            {
                sink.Miss(entry);
            }
            else
            {
                taken = sink.TryWrite(entry, isReplay);
            }
        }

        failure = taken ? null : new AuditException(
            $"audit: no sink takes records: {string.Join("; ", _sinks.Select(sink => $"{sink.Sink.Name}: {sink.Failure!.Message}"))}", _sinks[0].Failure);
        foreach (AuditRecord news in taken ? _sinks.Select(sink => sink.TakeNews()).OfType<AuditRecord>() : [])
        {
            _owed.Enqueue(news);
        }

        return taken;
    }

    private void TellFloods()
    {
        lock (_gate)
        {
            if (!_isDisposed)
            {
                PayFloods();
            }
        }
    }

    private void PayFloods()
    {
        foreach ((string source, long count) in _floods.Drain())
        {
            _owed.Enqueue(AuditRecord.About(AuditKind.Flood, $"{count} records of {source} were left out").Source(source).Count(count).Build());
        }

        if (_owed.Count > 0)
        {
            IsHealthy = TryPayOwed(out _);
        }
    }

    private static string? BootId() => File.Exists("/proc/sys/kernel/random/boot_id") ? File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim() : null;
}
