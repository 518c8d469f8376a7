using System.Formats.Tar;
using System.Text;
using AgentSandbox.Jails.Policy;
using AgentSandbox.Jails.Supervise;
using AgentSandbox.Jails.Workspaces;
using AgentSandbox.Jails.Workspaces.Review;
using AgentSandbox.Jails.Workspaces.Store;
using AgentSandbox.Jails.Workspaces.Tar;
using AgentSandbox.Kernel;
using Xunit;

namespace AgentSandbox.Tests.Kernel.Workspaces;

/// <summary>Workspaces are compared, exported, imported and committed.</summary>
public sealed class ReviewTests : IDisposable
{
    private readonly WorkspaceFixture _fixture = new();

    private WorkspaceKeeper Workspaces => _fixture.Workspaces;

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public void Compare_OfAWorkspaceThatHasASnapshot_TellsWhatChangedSince()
    {
        string id = _fixture.Create();
        _fixture.Run(id, "mkdir d; echo 1 >d/file; echo 1 >gone; echo 1 >same");

        Assert.Equal(["+ d", "+ d/file", "+ gone", "+ same"], Compare(id));
        Workspaces.Snapshot(id, "");
        Assert.Empty(Compare(id));
        _fixture.Run(id, "echo 2 >d/file; rm gone; echo 1 >same; printf '#!/bin/sh\\n' >.bashrc");
        Assert.Equal(["+ .bashrc Executable, Dotfile", "~ d/file", "- gone"], Compare(id));
        Assert.Equal(["~ d/file"], Compare(id, within: "d"));
    }

    [Fact]
    public void Compare_OfTwoSnapshots_GoesBothWays_AndOverARollback()
    {
        string id = _fixture.Create();
        _fixture.Run(id, "echo 1 >a");
        string first = Workspaces.Snapshot(id, "").Id;
        _fixture.Run(id, "echo 2 >a; echo 1 >b");
        string second = Workspaces.Snapshot(id, "").Id;
        Workspaces.Rollback(id, first);
        _fixture.Run(id, "echo 3 >c");

        Assert.Equal(["~ a", "+ b"], Compare(id, first, second));
        Assert.Equal(["~ a", "- b"], Compare(id, second, first));
        Assert.Equal(["~ a", "- b", "+ c"], Compare(id, second));
        Assert.Equal(["+ c"], Compare(id, first));
    }

    [Fact]
    public void Compare_WhileAJailHasIt_TellsWhatTheJailSees()
    {
        string id = _fixture.Create();
        using Jail jail = _fixture.Jail(id);
        WorkspaceFixture.Run(jail, "echo 1 >a");
        Workspaces.Snapshot(id, "");
        WorkspaceFixture.Run(jail, "echo 2 >a; mkdir b");

        Assert.Equal(["~ a", "+ b"], Compare(id));
        Workspaces.Snapshot(id, "");
        Assert.Empty(Compare(id));
    }

    [Fact]
    public void Compare_WhileASnapshotIsDeleted_GoesOnWithIt()
    {
        string id = _fixture.Create();
        string first = Workspaces.Snapshot(id, "").Id;
        _fixture.Run(id, "echo 1 >a; echo 1 >b");
        string second = Workspaces.Snapshot(id, "").Id;
        Workspaces.Rollback(id, first);
        using WorkspaceComparison comparison = Workspaces.Compare(id, first, second, TreePath.Root, CancellationToken.None);
        Workspaces.DeleteSnapshot(id, second);
        _fixture.Store.Settle();

        Assert.Equal(["+ a", "+ b"], comparison.Changes().Select(Line));
    }

    [Fact]
    public async Task ExportAndImport_MakeTheSameWorkspace_OfItsOwner()
    {
        string id = _fixture.Create();
        _fixture.Run(id, "mkdir -p d/e; echo content >d/e/file; chmod 751 d/e/file; ln -s /nowhere link; mkfifo fifo; touch -d @1000000003 d/e/file; touch -h -d @1000000002 link; touch -d @1000000001 d/e; touch -d @1000000000 d");
        string snapshot = Workspaces.Snapshot(id, "").Id;
        _fixture.Run(id, "echo later >d/e/file");
        byte[] archive = Export(id, snapshot);
        using WorkspaceImport import = await Workspaces.ImportAsync(WorkspaceFixture.Draft());
        await import.WriteAsync(archive);
        Assert.Single(Workspaces.All);
        string copy = (await import.CompleteAsync()).Id;

        Assert.Equal(Entries(archive), Entries(Export(copy, Workspaces.Snapshot(copy, "").Id)));
        Assert.Equal(4, Entries(archive).Length);
        _fixture.Run(copy, "test \"$(cat d/e/file)\" = content; test $(stat -c %a d/e/file) = 751; test \"$(readlink link)\" = /nowhere; test ! -e fifo; echo mine >>d/e/file");
        Assert.All(_fixture.OnDisk(copy), file => Assert.Equal(WorkspaceFixture.Owner, file.Stat.stx_uid));
    }

    [Theory]
    [InlineData("../out")]
    [InlineData("/absolute")]
    public async Task Import_OfAnArchiveThatLeadsOut_IsRefused_AndLeavesNothing(string name)
    {
        using (WorkspaceImport import = await Workspaces.ImportAsync(WorkspaceFixture.Draft()))
        {
            await Assert.ThrowsAsync<WorkspaceException>(() => import.WriteAsync(Archive(name, "x"u8.ToArray())));
        }

        using (WorkspaceImport cut = await Workspaces.ImportAsync(WorkspaceFixture.Draft()))
        {
            await cut.WriteAsync(Archive("file", new byte[100_000]).AsMemory(0, 50_000));
            await Assert.ThrowsAsync<WorkspaceException>(cut.CompleteAsync);
        }

        using (WorkspaceImport large = await Workspaces.ImportAsync(WorkspaceFixture.Draft(size: 16 * 1024 * 1024)))
        {
            WorkspaceException full = await Assert.ThrowsAsync<WorkspaceException>(() => large.WriteAsync(Archive("file", Random(40_000_000))));
            Assert.Equal(WorkspaceFault.Full, full.Fault);
        }

        Assert.Empty(Workspaces.All);
        Assert.Empty(Directory.GetFiles(_fixture.Directory, "*.img*"));
    }

    [Fact]
    public void Commit_GivesTheParent_WhatChangedInTheFork()
    {
        string id = _fixture.Create();
        _fixture.Run(id, "mkdir -p d/e gone/e; echo 1 >d/e/file; echo 1 >gone/e/file; echo 1 >kept; echo 1 >turns; echo 1 >ours; truncate -s 8M sparse");
        string fork = Fork(id);
        _fixture.Run(fork, "echo 2 >d/e/file; rm -r gone; rm turns; mkdir turns; echo 1 >turns/file; ln -s ../x link; mkdir new; echo 1 >new/file; chmod 755 new/file; mkfifo fifo; echo tail >>sparse; chmod 555 new");
        Plant(fork, "new/file", 0b110_111_101_101);
        _fixture.Run(id, "echo 2 >ours; echo 1 >ours-too");
        CommitResult result = Commit(fork);

        Assert.Equal(10, result.Changes);
        _fixture.Run(id, """
            test "$(cat d/e/file turns/file new/file ours ours-too kept)" = "$(printf '2\n1\n1\n2\n1\n1')"
            test ! -e gone; test ! -e fifo; test "$(readlink link)" = ../x
            test $(stat -c %a new/file) = 755; test $(stat -c %a new) = 555; test "$(tail -n 1 sparse | tr -d '\0')" = tail; test $(stat -c %b sparse) -lt 100
            echo 3 >d/e/file; rm -r turns
            """);
        Assert.All(_fixture.OnDisk(id).Where(file => (file.Stat.stx_mode & Libc.S_IFMT) != Libc.S_IFCHR), file => Assert.Equal(WorkspaceFixture.Owner, file.Stat.stx_uid)); // devices there are overlayfs' own
        Workspaces.Rollback(id, result.Before.Id);
        _fixture.Run(id, "test \"$(cat d/e/file gone/e/file turns ours)\" = \"$(printf '1\\n1\\n1\\n2')\"");
    }

    [Fact]
    public void Commit_OfPathsThatBothChanged_IsRefused_AndNothingIsDone()
    {
        string id = _fixture.Create();
        _fixture.Run(id, "mkdir d e f; echo 1 >d/both; echo 1 >same; echo 1 >e/file; echo 1 >f/file");
        string fork = Fork(id);
        _fixture.Run(fork, "echo 2 >d/both; echo 2 >same; rm -r e; echo 2 >f/file; echo 1 >new");
        _fixture.Run(id, "echo 3 >d/both; echo 2 >same; echo 1 >e/added; rm -r f");
        int snapshots = Workspaces.Find(id)!.Snapshots.Length;
        CommitConflictException refused = Assert.Throws<CommitConflictException>(() => Commit(fork));

        Assert.Equal(["d/both", "e/added", "f/file"], refused.Paths.Select(path => Encoding.UTF8.GetString(path)));
        Assert.Equal(snapshots, Workspaces.Find(id)!.Snapshots.Length);
        _fixture.Run(id, "test \"$(cat d/both same e/added)\" = \"$(printf '3\\n2\\n1')\"; test ! -e new; test ! -e f");
        Commit(fork, overwrite: true);
        _fixture.Run(id, "test \"$(cat d/both same f/file new)\" = \"$(printf '2\\n2\\n2\\n1')\"; test ! -e e/file");
    }

    [Fact]
    public void Commit_IntoAJail_IsSeenThere_AndRefusedWhileSomethingRuns()
    {
        string id = _fixture.Create();
        using Jail jail = _fixture.Jail(id);
        WorkspaceFixture.Run(jail, "echo 1 >a");
        string fork = Fork(id);
        _fixture.Run(fork, "echo 2 >a");
        Commit(fork);
        WorkspaceFixture.Run(jail, "test $(cat a) = 2; echo 3 >a");

        Assert.Equal(["~ a"], Compare(id, Workspaces.Find(id)!.Snapshots[^1].Id));
        string whole = Assert.Throws<PolicyException>(() => Commit(id)).Message;
        Assert.Contains("no fork", whole, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("layer")]
    [InlineData("merge")]
    [InlineData("before commit")]
    [InlineData("commit")]
    [InlineData("switch")]
    public void Commit_ThatIsInterrupted_LeavesTheOldOrTheNew(string step)
    {
        using TemporaryFolder folder = new();
        string id;
        string fork;
        string snapshot;
        using (WorkspaceFixture first = new(folder.Path))
        {
            id = first.Create();
            first.Run(id, "echo 1 >a; echo 1 >b");
            fork = first.Workspaces.Fork(id, null, WorkspaceFixture.Draft()).Id;
            first.Run(fork, "echo 2 >a; echo 2 >b");
            snapshot = first.Workspaces.Snapshot(fork, "").Id;
        }

        string seen = "";
        bool isMerged = false;
        using (WorkspaceFixture second = new(folder.Path, passed =>
        {
            isMerged |= passed == "merge" || (step == "layer" && passed == "layer");
            if (passed == step && isMerged)
            {
                throw new InvalidOperationException("crash");
            }
        }))
        {
            try
            {
                second.Workspaces.Commit(fork, snapshot, overwrite: false, CancellationToken.None);
            }
            catch (InvalidOperationException crash)
            {
                seen = crash.Message;
            }
        }

        using WorkspaceFixture third = new(folder.Path);
        third.Run(id, "test \"$(cat a)\" = \"$(cat b)\"; echo more >c");
        Assert.Equal("crash", seen);
    }

    private string Fork(string id) => Workspaces.Fork(id, null, WorkspaceFixture.Draft()).Id;

    private CommitResult Commit(string fork, bool overwrite = false) => Workspaces.Commit(fork, Workspaces.Snapshot(fork, "").Id, overwrite, CancellationToken.None);

    private List<string> Compare(string id, string? from = null, string? to = null, string within = "")
    {
        using WorkspaceComparison comparison = Workspaces.Compare(id, from, to, TreePath.Parse(within), CancellationToken.None);
        return [.. comparison.Changes().Select(Line)];
    }

    private static string Line(TreeChange change)
    {
        ReviewMarks marks = Reviewer.MarksOf(change);
        return $"{"+~-"[(int)change.Kind]} {FileName.Show(change.Path.Span)}{(marks == ReviewMarks.None ? "" : $" {marks}")}";
    }

    private byte[] Export(string id, string snapshot)
    {
        using WorkspaceView view = Workspaces.Open(id, snapshot);
        using FileTree tree = view.OpenTree();
        using TarPacker packer = new(tree, TreePath.Root, CancellationToken.None);
        MemoryStream archive = new();
        byte[] buffer = new byte[65536];
        for (int count; (count = packer.Read(buffer)) > 0;)
        {
            archive.Write(buffer, 0, count);
        }

        return archive.ToArray();
    }

    private static string[] Entries(byte[] archive)
    {
        using TarReader reader = new(new MemoryStream(archive));
        List<string> entries = [];
        while (reader.GetNextEntry() is TarEntry entry)
        {
            entries.Add($"{entry.EntryType} {entry.Mode} {entry.Name} {entry.LinkName} {entry.ModificationTime.ToUnixTimeSeconds()} {(entry.DataStream is Stream data ? new StreamReader(data).ReadToEnd() : "")}");
        }

        return [.. entries.Order(StringComparer.Ordinal)];
    }

    // What no jail can make.
    private void Plant(string id, string path, uint mode)
    {
        WorkspaceState state = _fixture.Store.Find(id)!;
        using Volume volume = _fixture.Store.Open(state);
        using var data = volume.Open(state.Upper, Volume.Data);
        using var file = Files.OpenBeneath(data, Encoding.UTF8.GetBytes(path), Libc.O_PATH);
        Files.ChangeMode(file, mode);
    }

    private static byte[] Archive(string name, byte[] content)
    {
        MemoryStream archive = new();
        using (TarWriter writer = new(archive, TarEntryFormat.Pax, leaveOpen: true))
        {
            writer.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(content) });
        }

        return archive.ToArray();
    }

    private static byte[] Random(int length)
    {
        byte[] bytes = new byte[length];
        new Random(1).NextBytes(bytes);
        return bytes;
    }
}
