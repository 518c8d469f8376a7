using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using AgentSandbox.Jails.Supervise;

namespace AgentSandbox.Daemon.Registry;

/// <summary>What a later run of the daemon needs to take hold of jails and commands: a file for each, of two lines, the engine's and the daemon's. It lies where a
/// reboot clears it, as the jails are. A file is there as a whole or not at all.</summary>
internal sealed class StateStore
{
    private const string Jail = ".jail";
    private const string Command = ".command";
    private const string Unfinished = ".new";
    private const UnixFileMode OwnDirectory = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly string _directory;
    private readonly Lock _gate = new(); // a command's end is kept beside what else happens to its jail

    /// <summary>The store in the daemon's runtime directory. What an interrupted change left there is removed.</summary>
    public StateStore(string runtimeDirectory)
    {
        _directory = Path.Combine(runtimeDirectory, "jails");
        Directory.CreateDirectory(_directory, OwnDirectory);
        foreach (string half in Directory.GetFiles(_directory, $"*{Unfinished}"))
        {
            File.Delete(half);
        }

        foreach (string orphan in Directory.GetFiles(_directory, $"*{Command}").Where(file => !File.Exists(PathOf(JailOf(file) + Jail))))
        {
            File.Delete(orphan); // its jail was forgotten, and the rest would have been next
        }
    }

    /// <summary>Keeps a jail as it is now.</summary>
    public void Save(JailEntry entry) => Save(entry, entry.Jail.Save());

    /// <summary>Keeps a jail as it is about to be.</summary>
    public void Save(JailEntry entry, JailState state) => Write(
        entry.Id + Jail,
        JsonSerializer.SerializeToUtf8Bytes(state, SavedJson.Default.JailState),
        JsonSerializer.SerializeToUtf8Bytes(SavedRecord.From(entry.Record), SavedRegistryJson.Default.SavedRecord));

    /// <summary>Keeps a command that is to live on; does nothing if it has ended.</summary>
    public void Save(JailEntry entry, SavedCommand saved, CommandState? state)
    {
        if (state is not null)
        {
            Write(
                $"{entry.Id}.{saved.Id}{Command}",
                JsonSerializer.SerializeToUtf8Bytes(state, SavedJson.Default.CommandState),
                JsonSerializer.SerializeToUtf8Bytes(saved, SavedRegistryJson.Default.SavedCommand));
        }
    }

    /// <summary>Keeps how a command ended; does nothing if it was not kept itself.</summary>
    public void SaveEnd(JailEntry entry, SavedCommand saved, CommandResult result)
    {
        string file = PathOf($"{entry.Id}.{saved.Id}{Command}");
        lock (_gate)
        {
            if (File.Exists(file) && Read(file, SavedJson.Default.CommandState, SavedRegistryJson.Default.SavedCommand).State is CommandState state)
            {
                Save(entry, saved, state with { Result = result });
            }
        }
    }

    /// <summary>Forgets a command.</summary>
    public void Remove(string jail, string command) => File.Delete(PathOf($"{jail}.{command}{Command}"));

    /// <summary>Forgets a jail and its commands.</summary>
    public void Remove(string jail)
    {
        lock (_gate)
        {
            foreach (string file in Directory.GetFiles(_directory, $"{jail}.*"))
            {
                File.Delete(file);
            }
        }
    }

    /// <summary>The jails that are kept. One that cannot be read has a reason in place of its state.</summary>
    public IEnumerable<(string Id, JailState? State, SavedRecord? Record, string Reason)> Jails() =>
        Directory.GetFiles(_directory, $"*{Jail}").Select(file =>
        {
            (JailState? state, SavedRecord? record, string reason) = Read(file, SavedJson.Default.JailState, SavedRegistryJson.Default.SavedRecord);
            return (Path.GetFileName(file)[..^Jail.Length], state, record, reason);
        });

    /// <summary>The commands of a jail that are kept. One that cannot be read has a reason in place of its state.</summary>
    public IEnumerable<(string Id, CommandState? State, SavedCommand? Saved, string Reason)> Commands(string jail) =>
        Directory.GetFiles(_directory, $"{jail}.*{Command}").Select(file =>
        {
            (CommandState? state, SavedCommand? saved, string reason) = Read(file, SavedJson.Default.CommandState, SavedRegistryJson.Default.SavedCommand);
            return (Path.GetFileName(file)[(jail.Length + 1)..^Command.Length], state, saved, reason);
        });

    private static (TState? State, TSaved? Saved, string Reason) Read<TState, TSaved>(string file, JsonTypeInfo<TState> states, JsonTypeInfo<TSaved> saved)
        where TState : class
        where TSaved : class
    {
        try
        {
            string[] lines = File.ReadAllLines(file);
            return lines.Length == 2 ? (JsonSerializer.Deserialize(lines[0], states), JsonSerializer.Deserialize(lines[1], saved), "") : (null, null, "its state is damaged");
        }
        catch (Exception damaged) when (damaged is JsonException or NotSupportedException)
        {
            return (null, null, $"its state is damaged, or another version's: {damaged.Message}");
        }
    }

    private void Write(string name, byte[] state, byte[] saved)
    {
        string path = PathOf(name);
        File.WriteAllBytes(path + Unfinished, [.. state, (byte)'\n', .. saved, (byte)'\n']);
        File.Move(path + Unfinished, path, overwrite: true);
    }

    private static string JailOf(string file) => Path.GetFileName(file).Split('.')[0];

    private string PathOf(string name) => Path.Combine(_directory, name);
}
