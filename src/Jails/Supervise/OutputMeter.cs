using AgentSandbox.Jails.Policy;

namespace AgentSandbox.Jails.Supervise;

/// <summary>Counts what a command writes to stdout and stderr together, and says once that it was too much.</summary>
public sealed class OutputMeter
{
    private readonly Command _command;
    private readonly Limit<ByteSize> _limit;
    private long _total;

    /// <summary>A meter for <paramref name="command"/>, which it ends when it writes more than its limit.</summary>
    public OutputMeter(Command command)
    {
        _command = command;
        _limit = command.Limits.Output;
    }

    /// <summary>Counts <paramref name="bytes"/> and returns how many of them are within the limit.</summary>
    /// <param name="bytes">How many the command wrote just now.</param>
    public int Admit(int bytes)
    {
        _command.Touch();
        long total = Interlocked.Add(ref _total, bytes);
        if (_limit.IsMax || total <= _limit.Value.Bytes)
        {
            return bytes;
        }

        long most = _limit.Value.Bytes;
        if (total - bytes <= most)
        {
            _command.Kill(new CommandEnd.OutputLimit(most));
        }

        return (int)Math.Max(0, most - (total - bytes));
    }
}
