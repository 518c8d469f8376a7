namespace AgentSandbox.Daemon.Commands;

/// <summary>The newest output of a background command, each stream by itself. Readers come and go, and never hold the command up.</summary>
/// <param name="capacity">Bytes that are kept of each stream: 1 or more.</param>
internal sealed class OutputRing(int capacity) : IOutputSink
{
    private readonly Lock _gate = new();
    private readonly byte[]?[] _kept = new byte[]?[2];
    private readonly long[] _written = new long[2];
    private TaskCompletionSource _news = NewSource();
    private bool _ended;

    public ValueTask WriteAsync(OutputStream stream, ReadOnlyMemory<byte> chunk)
    {
        lock (_gate)
        {
            byte[] ring = _kept[(int)stream] ??= new byte[capacity];
            ReadOnlySpan<byte> newest = chunk.Length > capacity ? chunk.Span[^capacity..] : chunk.Span;
            int at = (int)((_written[(int)stream] + chunk.Length - newest.Length) % capacity);
            int first = Math.Min(newest.Length, capacity - at);
            newest[..first].CopyTo(ring.AsSpan(at));
            newest[first..].CopyTo(ring);
            _written[(int)stream] += chunk.Length;
            Tell();
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>Nothing more will be written.</summary>
    public void End()
    {
        lock (_gate)
        {
            _ended = true;
            Tell();
        }
    }

    /// <summary>Copies output from <paramref name="offset"/> on.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="offset">The first byte that is wanted, counted from the command's start.</param>
    /// <param name="buffer">Where the bytes go.</param>
    /// <param name="skipped">How many bytes from <paramref name="offset"/> on are lost: those that come next begin behind them.</param>
    /// <returns>How many bytes were copied; 0: there are none yet.</returns>
    public int Read(OutputStream stream, long offset, Span<byte> buffer, out long skipped)
    {
        lock (_gate)
        {
            long written = _written[(int)stream];
            long first = Math.Max(offset, written - capacity);
            skipped = Math.Max(0, Math.Min(first, written) - offset);
            if (first >= written || _kept[(int)stream] is not byte[] ring)
            {
                return 0;
            }

            int count = (int)Math.Min(buffer.Length, written - first);
            int at = (int)(first % capacity);
            int one = Math.Min(count, capacity - at);
            ring.AsSpan(at, one).CopyTo(buffer);
            ring.AsSpan(0, count - one).CopyTo(buffer[one..]);
            return count;
        }
    }

    /// <summary>Waits until there is output behind both offsets, or the end.</summary>
    /// <returns>False: the end, and nothing is left to be read.</returns>
    public async ValueTask<bool> WaitAsync(long stdoutOffset, long stderrOffset, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task news;
            lock (_gate)
            {
                if (_written[0] > stdoutOffset || _written[1] > stderrOffset)
                {
                    return true;
                }

                if (_ended)
                {
                    return false;
                }

                news = _news.Task;
            }

            await news.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Tell()
    {
        TaskCompletionSource before = _news;
        _news = NewSource();
        before.SetResult();
    }
}
