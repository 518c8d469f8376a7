using AgentSandbox.V1;

namespace AgentSandbox.Mcp.Session;

/// <summary>What the commands of a session wrote while it waited for them: the newest commands, within a budget.</summary>
internal sealed class KeptOutputs
{
    private const int MaxCommands = 32;

    private readonly Lock _lock = new();
    private readonly LinkedList<KeptCommand> _commands = new();

    /// <summary>Keeps a command; the oldest goes if there are too many.</summary>
    public void Add(KeptCommand command)
    {
        lock (_lock)
        {
            _commands.AddLast(command);
            if (_commands.Count > MaxCommands)
            {
                _commands.RemoveFirst();
            }
        }
    }

    /// <summary>A command that is kept; null: it is not.</summary>
    public KeptCommand? Find(string jail, string command)
    {
        lock (_lock)
        {
            return _commands.LastOrDefault(one => one.Jail == jail && one.Command == command);
        }
    }
}
