using System.Text.Json;
using AgentSandbox.Kernel;
using Microsoft.Win32.SafeHandles;

namespace AgentSandbox.Jails.Workspaces.Store;

/// <summary>A file for each workspace. It is there as a whole or not at all, and once written it outlives a crash of the host.</summary>
/// <param name="directory">Where; it must be there.</param>
internal sealed class StateFiles(string directory)
{
    private const string Suffix = ".json";
    private const string Unfinished = ".new";

    /// <summary>All that is kept.</summary>
    /// <exception cref="IOException">A file is damaged: what it referred to must not be taken for garbage.</exception>
    internal IEnumerable<WorkspaceState> ReadAll()
    {
        foreach (string half in Directory.GetFiles(directory, $"*{Suffix}{Unfinished}"))
        {
            File.Delete(half);
        }

        return Directory.GetFiles(directory, $"*{Suffix}").Select(Read);
    }

    /// <summary>Keeps <paramref name="state"/> in the place of what was kept before.</summary>
    internal void Write(WorkspaceState state)
    {
        string path = PathOf(state.Id);
        using (SafeFileHandle file = Files.Open(path + Unfinished, Libc.O_WRONLY | Libc.O_CREAT | Libc.O_TRUNC | Libc.O_NOFOLLOW, 0b110_000_000))
        {
            Files.WriteAll(file, JsonSerializer.SerializeToUtf8Bytes(state, WorkspaceJson.Default.WorkspaceState));
            Files.Sync(file);
        }

        File.Move(path + Unfinished, path, overwrite: true);
        SyncDirectory();
    }

    /// <summary>Forgets a workspace.</summary>
    internal void Delete(string id)
    {
        File.Delete(PathOf(id));
        SyncDirectory();
    }

    private static WorkspaceState Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), WorkspaceJson.Default.WorkspaceState)!;
        }
        catch (JsonException damaged)
        {
            throw new IOException($"{path} is damaged: {damaged.Message}", damaged);
        }
    }

    private void SyncDirectory()
    {
        using SafeFileHandle handle = Files.Open(directory, Libc.O_RDONLY | Libc.O_DIRECTORY);
        Files.Sync(handle);
    }

    private string PathOf(string id) => Path.Combine(directory, id + Suffix);
}
