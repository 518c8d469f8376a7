using System.Collections.Immutable;
using System.Text;
using AgentSandbox.Jails.Host;
using AgentSandbox.Jails.Plan;
using AgentSandbox.Jails.Supervise;
using AgentSandbox.Jails.Workspaces.Store;
using AgentSandbox.Kernel;
using AgentSandbox.Tests.Kernel.Engine;
using Microsoft.Win32.SafeHandles;
using Xunit;

namespace AgentSandbox.Tests.Kernel.Workspaces;

/// <summary>An engine with a store of workspaces in a folder of its own.</summary>
internal sealed class WorkspaceFixture : IDisposable
{
    /// <summary>To whom the workspaces of tests belong.</summary>
    public const uint Owner = 4321;

    private const long Size = 32 * 1024 * 1024;

    private readonly TemporaryFolder? _folder;

    /// <summary>A fixture.</summary>
    /// <param name="directory">The store's directory; null: a new one.</param>
    /// <param name="passed">As the store's.</param>
    public WorkspaceFixture(string? directory = null, Action<string>? passed = null)
    {
        Requires.Feature("root");
        Assert.SkipWhen(WorkspaceStore.Missing is not null, $"needs loop devices and mkfs.ext4: {WorkspaceStore.Missing}");
        _folder = directory is null ? new TemporaryFolder() : null;
        Directory = directory ?? _folder!.Path;
        Store = new WorkspaceStore(Directory, passed);
        Engine = new TestEngine(workspaces: Store);
    }

    /// <summary>The store's directory.</summary>
    public string Directory { get; }

    /// <summary>The store.</summary>
    public WorkspaceStore Store { get; }

    /// <summary>The engine.</summary>
    public TestEngine Engine { get; }

    /// <summary>The workspaces.</summary>
    public WorkspaceKeeper Workspaces => Engine.Workspaces;

    /// <summary>A new workspace of <see cref="Owner"/>'s.</summary>
    public string Create(long size = Size, long? files = null) => Workspaces.Create(Draft(size, files)).Id;

    /// <summary>What <see cref="Create"/> asks for.</summary>
    public static WorkspaceDraft Draft(long size = Size, long? files = null) => new(Owner, Owner, null, size, files ?? size / 8192, ImmutableSortedDictionary<string, string>.Empty);

    /// <summary>A jail that has a workspace. The caller disposes it.</summary>
    public Jail Jail(string? workspace) => Engine.Create(TestEngine.Request("shell") with { Workspace = workspace }, new JailCaller(Owner, Owner, null));

    /// <summary>Runs a script and asserts that it succeeded.</summary>
    public static void Run(Jail jail, string script) => Assert.Equal(new CommandEnd.Exited(0), TestEngine.Run(jail, "/bin/sh", "-ec", script));

    /// <summary>Runs a script in a new jail that has a workspace, and asserts that it succeeded.</summary>
    public void Run(string workspace, string script)
    {
        using Jail jail = Jail(workspace);
        Run(jail, script);
    }

    /// <summary>All in the written layer of a workspace, as it lies on the disk.</summary>
    public IReadOnlyList<(string Name, statx Stat)> OnDisk(string workspace)
    {
        WorkspaceState state = Store.Find(workspace)!;
        using Volume volume = Store.Open(state);
        using SafeFileHandle data = volume.Open(state.Upper, Volume.Data);
        List<(string, statx)> found = [];
        Walk(data, found);
        return found;
    }

    /// <summary>Starts a script that runs on.</summary>
    public static Command Start(Jail jail, string script) => jail.Start(new CommandSpec { Argv = ["/bin/sh", "-c", script] }, TestEngine.Nowhere);

    private static void Walk(SafeFileHandle directory, List<(string, statx)> found)
    {
        List<DirectoryEntry> entries = [];
        while (Files.ReadEntries(directory, new byte[4096], entries))
        {
        }

        foreach (DirectoryEntry entry in entries)
        {
            statx stat = Files.Stat(directory, entry.Name);
            found.Add((Encoding.UTF8.GetString(entry.Name), stat));
            if ((stat.stx_mode & Libc.S_IFMT) == Libc.S_IFDIR)
            {
                using SafeFileHandle inner = Files.OpenBeneath(directory, entry.Name, Libc.O_RDONLY | Libc.O_DIRECTORY);
                Walk(inner, found);
            }
        }
    }

    public void Dispose()
    {
        Engine.Dispose();
        _folder?.Dispose();
    }
}
