using System.Text.Json;
using AgentSandbox.Kernel;
using Microsoft.Win32.SafeHandles;

namespace AgentSandbox.Jails.Workspaces.Store;

/// <summary>A file for each workspace. It is there as a whole or not at all, and once written it outlives a crash of the host.</summary>
internal sealed class StateFiles : IDisposable
{
    private const string Suffix = ".json";

    private readonly string _path;
    private readonly SafeFileHandle _directory;

    /// <summary>The files in <paramref name="directory"/>, which must be there.</summary>
    internal StateFiles(string directory)
    {
        _path = directory;
        _directory = Files.Open(directory, Libc.O_RDONLY | Libc.O_DIRECTORY);
    }

    /// <summary>All that is kept.</summary>
    /// <param name="damaged">Gets the files that tell nothing, which stay as they are: what they referred to must not be taken for garbage.</param>
    internal List<WorkspaceState> ReadAll(ICollection<DamagedState> damaged)
    {
        foreach (string half in Directory.GetFiles(_path, $"*{Files.Unfinished}"))
        {
            File.Delete(half);
        }

        List<WorkspaceState> states = [];
        foreach (string path in Directory.GetFiles(_path, $"*{Suffix}"))
        {
            try
            {
                states.Add(Read(path));
            }
            catch (JsonException unreadable)
            {
                damaged.Add(new DamagedState(path, unreadable.Message));
            }
        }

        return states;
    }

    /// <summary>Keeps <paramref name="state"/> in the place of what was kept before.</summary>
    internal void Write(WorkspaceState state) => Files.Replace(PathOf(state.Id), JsonSerializer.SerializeToUtf8Bytes(state, WorkspaceJson.Default.WorkspaceState));

    /// <summary>Forgets a workspace.</summary>
    internal void Delete(string id)
    {
        File.Delete(PathOf(id));
        Files.Sync(_directory);
    }

    public void Dispose() => _directory.Dispose();

    private static WorkspaceState Read(string path)
    {
        WorkspaceState? state = JsonSerializer.Deserialize(File.ReadAllBytes(path), WorkspaceJson.Default.WorkspaceState);
        return state is not null && state.Id == Path.GetFileNameWithoutExtension(path) && state.Upper > 0 && HasLayers(state)
            ? state
            : throw new JsonException("it is no state of the workspace whose name it has");
    }

    // What a file lacks would be no layers, or null, and fail later.
    private static bool HasLayers(WorkspaceState state) =>
        !state.Base.IsDefault && !state.Origin.IsDefault && !state.Snapshots.IsDefault && state.Snapshots.All(snapshot => snapshot is { Id: not null, Layers.IsDefault: false })
        && state.Needs.All(layer => layer is { Volume: not null });

    private string PathOf(string id) => Path.Combine(_path, id + Suffix);
}
