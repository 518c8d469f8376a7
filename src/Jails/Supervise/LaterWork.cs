namespace AgentSandbox.Jails.Supervise;

/// <summary>Does on a thread of its own what no caller needs to wait for, in the order of arrival: makes ahead, and takes apart what is dead.</summary>
internal sealed class LaterWork : IDisposable
{
    private const int MostWaiting = 256; // whoever comes with more waits: what is dead must not pile up
    private static readonly TimeSpan s_courtesy = TimeSpan.FromMilliseconds(1); // who has just come needs the CPUs more than we

    private readonly Queue<Action> _queue = new();
    private readonly List<Exception> _failures = [];
    private readonly AutoResetEvent _wake = new(initialState: false);
    private Thread? _thread;
    private bool _sleeps;
    private bool _over;

    /// <summary>Has <paramref name="act"/> done; after <see cref="Dispose"/> the caller does it himself. What it throws on our thread is thrown by
    /// <see cref="Dispose"/>.</summary>
    internal void Add(Action act)
    {
        if (!TryEnqueue(act))
        {
            act();
        }
    }

    /// <summary>Returns when all is done that was added before.</summary>
    internal void Settle()
    {
        using ManualResetEventSlim done = new();
        Add(done.Set);
        done.Wait();
    }

    /// <summary>Returns when all is done.</summary>
    /// <exception cref="AggregateException">What the acts threw.</exception>
    public void Dispose()
    {
        lock (_queue)
        {
            _over = true;
            Monitor.PulseAll(_queue);
        }

        _wake.Set();
        _thread?.Join();
        _wake.Dispose();
        if (_failures.Count > 0)
        {
            throw new AggregateException("something was left behind", _failures);
        }
    }

    private bool TryEnqueue(Action act)
    {
        lock (_queue)
        {
            while (_queue.Count >= MostWaiting && !_over && Thread.CurrentThread != _thread)
            {
                Monitor.Wait(_queue);
            }

            if (_over)
            {
                return false;
            }

            _queue.Enqueue(act);
            if (_sleeps)
            {
                _sleeps = false;
                _wake.Set();
            }

            if (_thread is null)
            {
                _thread = new Thread(Run) { IsBackground = true, Name = "later work" };
                _thread.Start();
            }

            return true;
        }
    }

    private void Run()
    {
        while (Next() is Action act)
        {
            try
            {
                act();
            }
#pragma warning disable CA1031 // the thread goes on with the rest; Dispose throws it
            catch (Exception failure)
#pragma warning restore CA1031
            {
                _failures.Add(failure);
            }
        }
    }

    private Action? Next()
    {
        while (true)
        {
            lock (_queue)
            {
                if (_queue.Count == MostWaiting)
                {
                    Monitor.PulseAll(_queue);
                }

                if (_queue.TryDequeue(out Action? act) || _over)
                {
                    return act;
                }

                _sleeps = true;
            }

            _wake.WaitOne();
            Thread.Sleep(s_courtesy);
        }
    }
}
