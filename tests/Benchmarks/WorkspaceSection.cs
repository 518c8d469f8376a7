using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using AgentSandbox.Jails.Host;
using AgentSandbox.Jails.Plan;
using AgentSandbox.Jails.Policy;
using AgentSandbox.Jails.Profiles;
using AgentSandbox.Jails.Supervise;
using AgentSandbox.Jails.Workspaces;
using AgentSandbox.Jails.Workspaces.Store;
using AgentSandbox.Kernel;
using AgentSandbox.Tests;
using Microsoft.Win32.SafeHandles;

namespace AgentSandbox.Benchmarks;

/// <summary>What a workspace costs that a jail has in which nothing runs, or none: beside one fsync of a small file on the same disk, which each change needs.</summary>
internal sealed class WorkspaceSection : ISection
{
    private const int PerRound = 25;
    private const int WarmUps = 100;
    private const int PerDirectory = 1000;
    private const long Size = 1L << 30;
    private const long MostFiles = 100_000;

    private readonly Samples _fsync = new("write and fsync a small file");
    private readonly TemporaryFolder _folder = new();
    private readonly SafeFileHandle _nothing = Files.Open("/dev/null", Libc.O_RDWR);
    private readonly JailEngine? _engine;
    private readonly ImmutableArray<Subject> _subjects = [];

    /// <summary>Makes a workspace for each of <paramref name="counts"/>; none where the host can have none.</summary>
    /// <param name="counts">How many files each has: a multiple of 1,000.</param>
    public WorkspaceSection(ImmutableArray<int> counts)
    {
        if (WorkspaceStore.Missing is not null)
        {
            return;
        }

        _engine = EmbeddedEngine.Create(HostFacts.From(HostFeatures.Current), HostFeatures.Current, default, new WorkspaceStore(_folder.Path));
        _subjects = [.. counts.Select(Make)];
        for (int i = 0; i < WarmUps; i++)
        {
            Measure(_subjects[0], keep: false);
        }
    }

    public string Title => "workspaces that outlive jails";

    public void Round()
    {
        for (int i = 0; i < PerRound; i++)
        {
            MeasureFsync();
            foreach (Subject subject in _subjects)
            {
                Measure(subject, keep: true);
            }
        }
    }

    public IEnumerable<Row> Rows() => [.. Row.Of(_fsync), .. _subjects.SelectMany(subject => subject.All).SelectMany(samples => Row.Of(samples, _fsync))];

    public void Dispose()
    {
        foreach (Subject subject in _subjects)
        {
            subject.Jail.Dispose();
        }

        _engine?.Dispose();
        _nothing.Dispose();
        _folder.Dispose();
    }

    private static WorkspaceDraft Draft() => new(0, 0, null, Size, MostFiles, ImmutableSortedDictionary<string, string>.Empty);

    private Subject Make(int count)
    {
        (Jail jail, string workspace, string snapshot) = Fill(count);
        (Jail ended, string idle, string idleSnapshot) = Fill(count);
        ended.Dispose();
        return new Subject(jail, workspace, snapshot, idle, idleSnapshot, count);
    }

    private (Jail Jail, string Workspace, string Snapshot) Fill(int count)
    {
        string workspace = _engine!.Workspaces!.Create(Draft()).Id;
        Jail jail = _engine.Create(
            new JailRequest
            {
                Profile = new ProfileStore(Path.Combine(Repository.Root, "native-profiles")).Load("shell"),
                AllowDegraded = ["all"],
                Workspace = workspace,
            },
            JailCaller.Root);
        Run(jail, string.Create(CultureInfo.InvariantCulture, $"for d in $(seq {count / PerDirectory}); do mkdir $d; for f in $(seq {PerDirectory}); do echo $f > $d/$f; done; done"));
        return (jail, workspace, _engine.Workspaces.Snapshot(workspace, "all files").Id);
    }

    private void Measure(Subject subject, bool keep)
    {
        WorkspaceKeeper keeper = _engine!.Workspaces!;
        string unchanged = Time(keep ? subject.Unchanged : null, () => keeper.Snapshot(subject.Workspace, "").Id);
        keeper.DeleteSnapshot(subject.Workspace, unchanged);
        Run(subject.Jail, "echo $$ > 1/1");
        Time(keep ? subject.Diff : null, () => Changes(subject.Workspace));
        string changed = Time(keep ? subject.Changed : null, () => keeper.Snapshot(subject.Workspace, "").Id);
        Time(keep ? subject.Rollback : null, () => keeper.Rollback(subject.Workspace, subject.Snapshot));
        keeper.DeleteSnapshot(subject.Workspace, changed);
        string fork = Time(keep ? subject.Fork : null, () => keeper.Fork(subject.Workspace, subject.Snapshot, Draft()).Id);
        keeper.Delete(fork);
        string idle = Time(keep ? subject.Idle : null, () => keeper.Snapshot(subject.IdleWorkspace, "").Id);
        Time(keep ? subject.IdleRollback : null, () => keeper.Rollback(subject.IdleWorkspace, subject.IdleSnapshot));
        keeper.DeleteSnapshot(subject.IdleWorkspace, idle);
        _engine.Settle();
    }

    private int Changes(string workspace)
    {
        using WorkspaceComparison comparison = _engine!.Workspaces!.Compare(workspace, null, null, TreePath.Root, CancellationToken.None);
        int count = comparison.Changes().Count();
        return count == 1 ? count : throw new InvalidOperationException($"{count} paths differ instead of one");
    }

    private void MeasureFsync() => Time(_fsync, () =>
    {
        using SafeFileHandle file = Files.Open(Path.Combine(_folder.Path, "reference"), Libc.O_WRONLY | Libc.O_CREAT | Libc.O_TRUNC, 0b110_000_000);
        Files.WriteAll(file, "a small file"u8);
        Files.Sync(file);
        return 0;
    });

    private void Run(Jail jail, string script)
    {
        CommandResult result = jail.Start(new CommandSpec { Argv = ["/bin/sh", "-ec", script] }, new CommandStdio(_nothing, _nothing, _nothing)).Wait();
        if (result.End is not CommandEnd.Exited { Code: 0 })
        {
            throw new InvalidOperationException($"sh {result.End}");
        }
    }

    private static T Time<T>(Samples? samples, Func<T> act)
    {
        long start = Stopwatch.GetTimestamp();
        T result = act();
        samples?.Add(Stopwatch.GetElapsedTime(start).TotalMicroseconds);
        return result;
    }

    private sealed record Subject(Jail Jail, string Workspace, string Snapshot, string IdleWorkspace, string IdleSnapshot, int Count)
    {
        public Samples Unchanged { get; } = Named("snapshot, nothing changed", Count);

        public Samples Changed { get; } = Named("snapshot, one file changed", Count);

        public Samples Rollback { get; } = Named("rollback", Count);

        public Samples Fork { get; } = Named("fork of a snapshot", Count);

        public Samples Diff { get; } = Named("diff of one changed file", Count);

        public Samples Idle { get; } = Named("snapshot, nothing changed, no jail has it", Count);

        public Samples IdleRollback { get; } = Named("rollback, no jail has it", Count);

        public IEnumerable<Samples> All => [Unchanged, Changed, Rollback, Fork, Diff, Idle, IdleRollback];

        private static Samples Named(string what, int count) => new(string.Create(CultureInfo.InvariantCulture, $"{what}: {count} files"));
    }
}
