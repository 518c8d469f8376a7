namespace AgentSandbox.Daemon.Handoff;

/// <summary>How many connections each user has open.</summary>
/// <param name="most">The most that one may have: 1 or more.</param>
internal sealed class ConnectionCount(int most)
{
    private readonly Dictionary<uint, int> _open = [];

    /// <summary>Counts one more of <paramref name="uid"/>, until the result is disposed.</summary>
    /// <exception cref="IOException">It has too many.</exception>
    internal IDisposable Enter(uint uid)
    {
        lock (_open)
        {
            int count = _open.GetValueOrDefault(uid) + 1;
            if (count > most)
            {
                throw new IOException($"uid {uid} has {most} connections open");
            }

            _open[uid] = count;
        }

        return new Place(this, uid);
    }

    private void Leave(uint uid)
    {
        lock (_open)
        {
            if (--_open[uid] == 0)
            {
                _open.Remove(uid);
            }
        }
    }

    private sealed class Place(ConnectionCount counts, uint uid) : IDisposable
    {
        public void Dispose() => counts.Leave(uid);
    }
}
