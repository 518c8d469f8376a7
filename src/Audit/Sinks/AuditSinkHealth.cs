namespace AgentSandbox.Audit;

/// <summary>A sink, and how it does.</summary>
/// <param name="sink">The sink.</param>
/// <param name="time">The clock.</param>
internal sealed class AuditSinkHealth(IAuditSink sink, TimeProvider time)
{
    private static readonly TimeSpan s_rest = TimeSpan.FromSeconds(1);

    private long _failedAt;
    private bool _wasTold;
    private long _missed;
    private long _firstMissed;
    private long _lastMissed;

    internal IAuditSink Sink { get; } = sink;

    /// <summary>Why it takes no records; null if it does.</summary>
    internal IOException? Failure { get; private set; }

    /// <summary>True shortly after a failure: if another sink has the record, this one is not waited for again so soon.</summary>
    internal bool Rests => Failure is not null && time.GetElapsedTime(_failedAt) < s_rest;

    internal bool TryWrite(AuditEntry entry, bool isReplay)
    {
        try
        {
            Sink.Write(entry, isReplay);
            Failure = null;
            return true;
        }
        catch (IOException e)
        {
            Fail(e);
        }
        catch (UnauthorizedAccessException e)
        {
            Fail(new IOException(e.Message, e));
        }

        Miss(entry);
        return false;
    }

    /// <summary>Notes that it does not get <paramref name="entry"/>.</summary>
    internal void Miss(AuditEntry entry)
    {
        _firstMissed = _firstMissed == 0 ? entry.Sequence : _firstMissed;
        _lastMissed = entry.Sequence;
        _missed++;
    }

    internal AuditEntry? TryReadLast()
    {
        try
        {
            return Sink.ReadLast();
        }
        catch (IOException e)
        {
            Fail(e);
            return null;
        }
    }

    /// <summary>What the others are to be told of it: that it fails, or that it works again. Null if they know.</summary>
    internal AuditRecord? TakeNews()
    {
        if (Failure is not null && !_wasTold)
        {
            _wasTold = true;
            return AuditRecord.About(AuditKind.AuditSinkFailed, $"the audit sink '{Sink.Name}' takes no records").Sink(Sink.Name).Reason(Failure.Message).Build();
        }

        if (Failure is not null || _missed == 0)
        {
            return null;
        }

        AuditRecord news = AuditRecord.About(AuditKind.AuditSinkRecovered, $"the audit sink '{Sink.Name}' takes records again")
            .Sink(Sink.Name).Count(_missed).FirstSequence(_firstMissed).LastSequence(_lastMissed).Build();
        (_wasTold, _missed, _firstMissed, _lastMissed) = (false, 0, 0, 0);
        return news;
    }

    private void Fail(IOException failure)
    {
        Failure = failure;
        _failedAt = time.GetTimestamp();
    }
}
