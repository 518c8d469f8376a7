namespace AgentSandbox.Daemon.Handoff;

/// <summary>What is known of a token that was given out: to whom, until when, and what came.</summary>
/// <param name="hash">SHA-256 of the token.</param>
/// <param name="uid">The user who alone may use it.</param>
/// <param name="start">The clock's time stamp at which it was given out.</param>
internal sealed class HandoffTicket(byte[] hash, uint uid, long start) : IDisposable
{
    private readonly TaskCompletionSource<HandedStdio> _files = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
    private bool _isOver;
    private bool _wasTaken;

    internal byte[] Hash { get; } = hash;

    internal uint Uid { get; } = uid;

    internal long Start { get; } = start;

    internal async Task<HandedStdio> Receive(CancellationToken cancellation)
    {
        HandedStdio files = await _files.Task.WaitAsync(cancellation);
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isOver, this);
            _wasTaken = true;
        }

        return files;
    }

    /// <summary>Gives <paramref name="files"/> to whoever waits; false if nobody does any more.</summary>
    internal bool TryComplete(HandedStdio files)
    {
        lock (_gate)
        {
            return !_isOver && _files.TrySetResult(files);
        }
    }

    internal void Expire() => _files.TrySetException(new TimeoutException("no files were handed over in time"));

    public void Dispose()
    {
        lock (_gate)
        {
            _isOver = true;
            if (!_files.TrySetCanceled() && _files.Task.IsCompletedSuccessfully && !_wasTaken)
            {
                _files.Task.Result.Dispose();
            }
        }
    }
}
