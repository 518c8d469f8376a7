using AgentSandbox.Jails.Workspaces;
using AgentSandbox.Jails.Workspaces.Review;
using AgentSandbox.Kernel;
using Microsoft.Win32.SafeHandles;

namespace AgentSandbox.Tests.Kernel.Review;

/// <summary>A tree that went through several states, each an overlay layer upon those before, on a tmpfs of its own.</summary>
internal sealed class OverlayStates : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _mounts = [];
    private int _layers;

    /// <summary>No state yet.</summary>
    public OverlayStates()
    {
        Run("mount", "-t", "tmpfs", "-o", "size=1g", "tmpfs", _folder.Path);
        Directory.CreateDirectory(Place("empty"));
        Directory.CreateDirectory(Place("empty-too"));
    }

    /// <summary>A next state: what the shell makes of the one before.</summary>
    /// <returns>Its number, from 1 on.</returns>
    public int Then(string script)
    {
        string merged = Mount($"lowerdir={Lower(_layers)},upperdir={Folder($"layer{_layers + 1}")},workdir={Folder($"work{_layers + 1}")}", $"merged{_layers + 1}");
        _layers++;
        Run("sh", "-ec", $"cd '{merged}'; {script}");
        Run("umount", merged);
        _mounts.Remove(merged);
        return _layers;
    }

    /// <summary>The path of a state, mounted by itself. State 0 is empty.</summary>
    public string View(int state)
    {
        string view = Place($"view{state}");
        return _mounts.Contains(view) ? view : Mount($"lowerdir={Lower(state)}", $"view{state}");
    }

    /// <summary>A program of the host, which must succeed.</summary>
    public static string Run(string program, params string[] arguments)
    {
        CliResult run = Processes.Run(Requires.FindProgram(program)!, arguments, [], null, TimeSpan.FromMinutes(2));
        return run.ExitCode == 0 ? run.Out : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)}: {run}");
    }

    /// <summary>The changes from one state to another as lines, by what the layers between them say (<paramref name="byLayers"/>) or by everything.</summary>
    public List<string> Compare(int from, int to, bool byLayers, string within = "")
    {
        (int first, int last) = (Math.Min(from, to), Math.Max(from, to));
        List<SafeFileHandle> layers = [.. Enumerable.Range(first + 1, last - first).Select(i => Files.OpenAnchor(Place($"layer{i}")))];
        try
        {
            return Changes.Of(View(from), View(to), byLayers ? layers : null, within);
        }
        finally
        {
            layers.ForEach(layer => layer.Dispose());
        }
    }

    public void Dispose()
    {
        _mounts.ForEach(mount => Run("umount", "-l", mount));
        Run("umount", "-l", _folder.Path);
        _folder.Dispose();
    }

    private string Place(string name) => Path.Combine(_folder.Path, name);

    private string Folder(string name) => Directory.CreateDirectory(Place(name)).FullName;

    // The newest first; two at least.
    private string Lower(int state) => string.Join(':', [.. Enumerable.Range(1, state).Reverse().Select(i => Place($"layer{i}")), Place("empty"), Place("empty-too")]);

    private string Mount(string options, string name)
    {
        Run("mount", "-t", "overlay", "-o", $"{options},index=off,metacopy=off,redirect_dir=off", "overlay", Folder(name));
        _mounts.Add(Place(name));
        return Place(name);
    }
}
