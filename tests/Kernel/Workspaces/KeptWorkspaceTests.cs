using AgentSandbox.Jails.Policy;
using AgentSandbox.Jails.Supervise;
using AgentSandbox.Jails.Workspaces;
using AgentSandbox.Jails.Workspaces.Store;
using AgentSandbox.Tests.Kernel.Engine;
using Xunit;

namespace AgentSandbox.Tests.Kernel.Workspaces;

/// <summary>Workspaces that outlive jails, on a real kernel (threats B41, C61, C62, C67, C68, C72).</summary>
[Collection(Alone.Name)]
public sealed class KeptWorkspaceTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    [Fact]
    public void Files_AreThereInTheNextJail_WithTheirModesAndLinks()
    {
        using WorkspaceFixture fixture = new();
        string workspace = fixture.Create();
        fixture.Run(workspace, "echo one > file; chmod 0640 file; ln file hard; ln -s file soft; mkdir -p a/b; test \"$(stat -f -c %T .)\" = overlayfs");

        fixture.Run(workspace, "test $(cat file) = one; test $(stat -c %a file) = 640; test $(stat -c %h file) = 2; test $(readlink soft) = file; test -d a/b; test $(stat -c %u file) = $(id -u)");
    }

    [Fact]
    public void Workspace_OfALivingJail_IsRefusedToASecond()
    {
        using WorkspaceFixture fixture = new();
        string workspace = fixture.Create();
        using Jail first = fixture.Jail(workspace);

        Assert.Contains($"jail {first.Id} has workspace {workspace}", Assert.Throws<PolicyException>(() => fixture.Jail(workspace)).Message, StringComparison.Ordinal);
        Assert.Throws<PolicyException>(() => fixture.Workspaces.Delete(workspace));
        Assert.Equal(first.Id, fixture.Workspaces.JailOf(workspace));
    }

    [Fact]
    public void Rollback_OfAQuietJail_PutsBackWhatWasThere()
    {
        using WorkspaceFixture fixture = new();
        string workspace = fixture.Create();
        using Jail jail = fixture.Jail(workspace);
        WorkspaceFixture.Run(jail, "echo one > kept; echo two > changed; mkdir d; echo x > d/removed");
        string first = fixture.Workspaces.Snapshot(workspace, "first").Id;
        WorkspaceFixture.Run(jail, "echo three > changed; rm -r d; echo new > added; mkdir d; echo y > d/other");
        string second = fixture.Workspaces.Snapshot(workspace, "second").Id;

        fixture.Workspaces.Rollback(workspace, first);
        WorkspaceFixture.Run(jail, "test $(cat changed) = two; test $(cat d/removed) = x; test ! -e added; test ! -e d/other; echo more > more");

        fixture.Workspaces.Rollback(workspace, second);
        WorkspaceFixture.Run(jail, "test $(cat changed) = three; test ! -e d/removed; test $(cat added) = new; test $(cat d/other) = y; test ! -e more");
        Assert.Equal(["first", "second"], fixture.Workspaces.Find(workspace)!.Snapshots.Select(s => s.Description));
    }

    [Fact]
    public void Snapshot_OfAnUnchangedWorkspace_MakesNoLayer()
    {
        using WorkspaceFixture fixture = new();
        string workspace = fixture.Create();
        using Jail jail = fixture.Jail(workspace);
        WorkspaceFixture.Run(jail, "echo one > file");
        SnapshotState first = fixture.Workspaces.Snapshot(workspace, "");

        Assert.Equal(first.Layers, fixture.Workspaces.Snapshot(workspace, "").Layers);
    }

    /// <summary>Threat C68.</summary>
    [Fact]
    public void Snapshot_UnderAWritingCommand_IsWholeAndFinal()
    {
        using WorkspaceFixture fixture = new();
        string workspace = fixture.Create();
        using Jail jail = fixture.Jail(workspace);
        Assert.SkipWhen(jail.Cgroup is null, "needs cgroup v2");
        WorkspaceFixture.Run(jail, "echo base > base; ln base name");
        fixture.Workspaces.Snapshot(workspace, "base");
        using LineReader ready = new();
        Command writer = ready.Start(jail, "i=0; while :; do i=$((i+1)); echo $i > a; echo $i > b; rm -f base; [ $i != 5 ] || echo go; done");
        ready.Next();

        string snapshot = fixture.Workspaces.Snapshot(workspace, "running").Id;
        writer.Kill(new CommandEnd.Killed("the test"));
        writer.Wait();
        WorkspaceFixture.Run(jail, "echo later > later; rm -f a");
        fixture.Workspaces.Rollback(workspace, snapshot);

        WorkspaceFixture.Run(jail, "a=$(cat a); b=$(cat b); d=$((${a:-0}-${b:-0})); test ! -e later; test $(cat name) = base; test -z \"$a\" -o -z \"$b\" -o \\( $d -ge 0 -a $d -le 1 \\)");
    }

    /// <summary>Threat C68.</summary>
    [Fact]
    public void Rollback_UnderAWritingCommand_LeavesNothingOfIt()
    {
        using WorkspaceFixture fixture = new();
        string workspace = fixture.Create();
        using Jail jail = fixture.Jail(workspace);
        Assert.SkipWhen(jail.Cgroup is null, "needs cgroup v2");
        string empty = fixture.Workspaces.Snapshot(workspace, "empty").Id;
        using LineReader ready = new();
        Command writer = ready.Start(jail, "echo go; i=0; while :; do i=$((i+1)); echo $i > file-$i; done");
        ready.Next();

        fixture.Workspaces.Rollback(workspace, empty);

        WorkspaceFixture.Run(jail, "test -z \"$(ls -A)\"");
        writer.Kill(new CommandEnd.Killed("the test"));
        writer.Wait();
        WorkspaceFixture.Run(jail, "test -z \"$(ls -A)\"; echo mine > mine");
    }

    [Fact]
    public void Fork_BeginsAsTheSnapshot_AndOutlivesItsOrigin()
    {
        using WorkspaceFixture fixture = new();
        string origin = fixture.Create();
        fixture.Run(origin, "echo shared > shared; echo old > changed");
        string snapshot = fixture.Workspaces.Snapshot(origin, "").Id;
        string[] forks = [.. Enumerable.Range(0, 3).Select(_ => fixture.Workspaces.Fork(origin, snapshot, WorkspaceFixture.Draft()).Id)];

        foreach (string fork in forks)
        {
            fixture.Run(fork, $"test $(cat changed) = old; echo {fork} > changed; rm shared");
        }

        fixture.Run(origin, "test $(cat changed) = old; test -e shared");
        fixture.Workspaces.Delete(origin);
        Array.ForEach(forks, fork => fixture.Run(fork, $"test $(cat changed) = {fork}; test ! -e shared"));
        Array.ForEach(forks, fixture.Workspaces.Delete);
        Assert.Empty(Directory.GetFiles(fixture.Directory, "w-*"));
    }

    [Fact]
    public void Attach_GivesALivingJailAnotherWorkspace_UnderTheSameFence()
    {
        using WorkspaceFixture fixture = new();
        string workspace = fixture.Create();
        fixture.Run(workspace, "echo kept > kept");
        using Jail jail = fixture.Jail(workspace: null);
        WorkspaceFixture.Run(jail, "echo gone > gone");

        fixture.Workspaces.Attach(workspace, jail, _ => { });

        WorkspaceFixture.Run(jail, "test $(cat kept) = kept; test ! -e gone; echo more > more; test $(grep -c ' /workspace ' /proc/self/mountinfo) = 1");
        Assert.Equal(workspace, jail.Spec.Kept!.Id);
        Assert.Equal("overlay", Assert.Single(jail.Proof.Mounts, m => m.Target == "/workspace").Type);
    }

    [Fact]
    public void Attach_WhileACommandRuns_IsRefused()
    {
        using WorkspaceFixture fixture = new();
        string workspace = fixture.Create();
        using Jail jail = fixture.Jail(workspace: null);
        Assert.SkipWhen(jail.Cgroup is null, "needs cgroup v2");
        Command command = WorkspaceFixture.Start(jail, "sleep 1000");

        Assert.Throws<PolicyException>(() => fixture.Workspaces.Attach(workspace, jail, _ => { }));

        command.Kill(new CommandEnd.Killed("the test"));
        Assert.Null(fixture.Workspaces.JailOf(workspace));
    }

    [Fact]
    public void DeleteSnapshot_FreesWhatNobodyElseNeeds()
    {
        using WorkspaceFixture fixture = new();
        string workspace = fixture.Create();
        string empty = fixture.Workspaces.Snapshot(workspace, "empty").Id;
        fixture.Run(workspace, "head -c 8000000 /dev/zero > large");
        string large = fixture.Workspaces.Snapshot(workspace, "large").Id;
        fixture.Workspaces.Rollback(workspace, empty);
        Assert.True(fixture.Workspaces.ReadUse(workspace).Bytes > 8_000_000);

        fixture.Workspaces.DeleteSnapshot(workspace, large);
        fixture.Store.Settle();

        Assert.True(fixture.Workspaces.ReadUse(workspace).Bytes < 1_000_000);
        Assert.Throws<WorkspaceException>(() => fixture.Workspaces.Rollback(workspace, large));
    }

    [Fact]
    public void Resize_KeepsFilesAndSnapshots_AndRefusesWhatIsTooSmall()
    {
        using WorkspaceFixture fixture = new();
        string workspace = fixture.Create();
        fixture.Run(workspace, "head -c 24000000 /dev/zero > large; echo one > one; ln one hard");
        string snapshot = fixture.Workspaces.Snapshot(workspace, "").Id;
        fixture.Run(workspace, "rm one; echo two > two");

        Assert.Throws<PolicyException>(() => fixture.Workspaces.Resize(workspace, 16 << 20, 1000));
        fixture.Run(workspace, "test $(cat two) = two; test ! -e one");
        fixture.Workspaces.Resize(workspace, 128 << 20, 5000);

        fixture.Run(workspace, "test $(cat two) = two; test ! -e one; head -c 90000000 /dev/zero > more");
        fixture.Workspaces.Rollback(workspace, snapshot);
        fixture.Run(workspace, "test $(cat hard) = one; test $(stat -c %h one) = 2; test ! -e two");
        Assert.Equal(128 << 20, fixture.Workspaces.Find(workspace)!.SizeBytes);
    }

    [Fact]
    public void Use_OfAWorkspaceThatIsNotMounted_IsKnown_AndItStaysSo()
    {
        using WorkspaceFixture fixture = new();
        string workspace = fixture.Create();
        VolumeUse empty = fixture.Workspaces.LookAtUse(workspace)!;
        using (Jail jail = fixture.Jail(workspace))
        {
            WorkspaceFixture.Run(jail, "mkdir d; head -c 5000000 /dev/urandom > d/file; sync .");
            Assert.Equal(fixture.Workspaces.ReadUse(workspace), fixture.Workspaces.LookAtUse(workspace));
        }

        fixture.Engine.Settle();
        Assert.True(SpinWait.SpinUntil(() => !IsAttached(fixture, workspace), s_patience), "it stays mounted");
        VolumeUse use = fixture.Workspaces.LookAtUse(workspace)!;
        Assert.False(IsAttached(fixture, workspace));
        Assert.Equal(fixture.Workspaces.ReadUse(workspace), use);
        Assert.InRange(use.Bytes - empty.Bytes, 5_000_000, 5_200_000);
        Assert.Null(fixture.Workspaces.LookAtUse("w-aaaaaaaaaaaa"));
    }

    /// <summary>Threat C61: bytes, sparse files, inodes.</summary>
    [Theory]
    [InlineData("head -c 100000000 /dev/zero > file")]
    [InlineData("truncate -s 100000000 sparse && dd if=/dev/zero of=sparse conv=notrunc bs=1M count=90")]
    [InlineData("i=0; while mkdir d$i; do i=$((i+1)); done; false")]
    public void Workspace_ThatIsFull_RefusesMore_AndNobodyElseNotices(string fill)
    {
        using WorkspaceFixture fixture = new();
        string full = fixture.Create(files: 3000);
        string other = fixture.Create(files: 3000);
        using Jail jail = fixture.Jail(full);

        WorkspaceFixture.Run(jail, $"({fill}) 2> /tmp/errors && exit 1; grep -q 'No space left' /tmp/errors");

        Assert.True(fixture.Workspaces.ReadUse(full).IsFull);
        fixture.Run(other, "mkdir d; head -c 20000000 /dev/zero > d/file");
        WorkspaceFixture.Run(jail, "rm -rf ./*; echo again > again");
        Assert.False(fixture.Workspaces.ReadUse(full).IsFull);
    }

    /// <summary>Threat B41.</summary>
    [Fact]
    public void Files_OnDisk_BelongToTheirOwner_AndNeverToRoot()
    {
        using WorkspaceFixture fixture = new();
        string workspace = fixture.Create();
        using Jail jail = fixture.Jail(workspace);
        WorkspaceFixture.Run(jail, "mkdir d; echo x > d/file; ln -s x l; mkfifo fifo; cp /bin/true program");

        Assert.Equal(["d", "fifo", "file", "l", "program"], fixture.OnDisk(workspace).Select(file => file.Name).Order(StringComparer.Ordinal));
        Assert.All(fixture.OnDisk(workspace), file => Assert.Equal((WorkspaceFixture.Owner, WorkspaceFixture.Owner), (file.Stat.stx_uid, file.Stat.stx_gid)));
    }

    [Fact]
    public void Jail_OfRoot_WritesFilesThatAreNotRootInside()
    {
        using WorkspaceFixture fixture = new();
        string workspace = fixture.Workspaces.Create(WorkspaceFixture.Draft() with { Uid = 0, Gid = 0 }).Id;

        fixture.Run(workspace, "echo x > file; mkdir d; rm file; test $(stat -c %u d) = $(id -u); test $(id -u) != 0");
    }

    /// <summary>Threat C67.</summary>
    [Theory]
    [InlineData("mknod wh c 0 0")]
    [InlineData("python3 -c 'import os; os.setxattr(\".\", \"trusted.overlay.opaque\", b\"y\")'")]
    [InlineData("python3 -c 'import os; os.setxattr(\".\", \"trusted.overlay.redirect\", b\"/etc\")'")]
    public void Marks_OfOverlayfs_CannotBeMadeInside(string script)
    {
        using WorkspaceFixture fixture = new();
        using Jail jail = fixture.Engine.Create(TestEngine.Request("python") with { Workspace = fixture.Create() });

        Assert.NotEqual(new CommandEnd.Exited(0), TestEngine.Run(jail, "/bin/sh", "-c", script));
        Assert.Equal(new CommandEnd.Exited(0), TestEngine.Run(jail, "/bin/sh", "-c", "python3 -c 'import os; os.setxattr(\".\", \"user.overlay.opaque\", b\"y\")'; echo x > x"));
    }

    /// <summary>Threat C72.</summary>
    [Fact]
    public void Space_OfARemovedWorkspace_IsZeroInTheNext()
    {
        using WorkspaceFixture fixture = new();
        string first = fixture.Create();
        fixture.Run(first, "i=0; while [ $i -lt 200 ]; do echo SECRETSECRET > s$i; i=$((i+1)); done; sync");
        fixture.Workspaces.Delete(first);
        string second = fixture.Create();
        fixture.Run(second, "truncate -s 20000000 hole; fallocate -l 8000000 space 2>/dev/null || true; ! grep -aq SECRET hole; test ! -e space || ! grep -aq SECRET space");

        Assert.Equal(-1, File.ReadAllBytes(Directory.GetFiles(fixture.Directory, "*.img").Single()).AsSpan().IndexOf("SECRETSECRET"u8));
    }

    /// <summary>Threat C62.</summary>
    [Fact]
    public void Snapshot_OfDeepDirectoriesAndOddNames_Works_AndAllCanBeRemoved()
    {
        using WorkspaceFixture fixture = new();
        string workspace = fixture.Create(size: 256 << 20, files: 30_000);
        string empty = fixture.Workspaces.Snapshot(workspace, "empty").Id;
        using Jail jail = fixture.Engine.Create(TestEngine.Request("python") with { Workspace = workspace });
        Assert.SkipWhen(jail.Cgroup is null, "needs cgroup v2");
        const string Make = """
            import os, sys, time
            for n in (b'n'*255, b'new\nline', b'\xff\xfe', b' ', b'-rf'): open(n, 'wb').write(b'odd')
            os.mkfifo('fifo'); os.symlink('/etc/passwd', 'link')
            for i in range(10000): os.mkdir('d' * 60); os.chdir('d' * 60)
            open('deep', 'w').write('deep'); print('made', flush=True); time.sleep(1000)
            """;
        using LineReader made = new();
        Command holder = made.Start(jail, $"exec python3 -c \"{Make}\"");
        Assert.Equal("made", made.Next());

        string snapshot = fixture.Workspaces.Snapshot(workspace, "odd").Id;
        holder.Kill(new CommandEnd.Killed("the test"));
        holder.Wait();
        fixture.Workspaces.Rollback(workspace, empty);
        fixture.Workspaces.Rollback(workspace, snapshot);

        const string Check = """
            import os
            assert sorted(os.listdir(b'.'))[:2] == [b' ', b'-rf'] and len(os.listdir()) == 8 and os.readlink('link') == '/etc/passwd'
            for i in range(10000): os.chdir('d' * 60)
            assert open('deep').read() == 'deep'
            """;
        Assert.Equal(new CommandEnd.Exited(0), TestEngine.Run(jail, "/bin/sh", "-c", $"exec python3 -c \"{Check}\""));
        fixture.Workspaces.Rollback(workspace, empty);
        fixture.Workspaces.DeleteSnapshot(workspace, snapshot);
        fixture.Store.Settle();
        Assert.True(fixture.Workspaces.ReadUse(workspace).Files < 50);
    }

    private static bool IsAttached(WorkspaceFixture fixture, string workspace) => Directory.GetDirectories("/sys/block", "loop*")
        .Select(device => Path.Combine(device, "loop", "backing_file"))
        .Any(file => File.Exists(file) && File.ReadAllText(file).Trim() == Path.Combine(fixture.Directory, $"{workspace}.img"));
}
