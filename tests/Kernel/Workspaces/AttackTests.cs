using System.Text;
using AgentSandbox.Jails.Supervise;
using AgentSandbox.Jails.Workspaces.Store;
using AgentSandbox.Kernel;
using AgentSandbox.Tests.Kernel.Engine;
using Microsoft.Win32.SafeHandles;
using Xunit;

namespace AgentSandbox.Tests.Kernel.Workspaces;

/// <summary>What programs try on workspaces that outlive their jail (threats B40, B41, C67).</summary>
[Collection(Alone.Name)]
public sealed class AttackTests
{
    private const ulong InJail = Libc.RESOLVE_IN_ROOT | Libc.RESOLVE_NO_SYMLINKS | Libc.RESOLVE_NO_MAGICLINKS;
    private const uint Setuid = 0b100_000_000_000;
    private const uint Setgid = 0b010_000_000_000;

    /// <summary>Threat B40.</summary>
    [Fact]
    public async Task FilesOfAnotherJail_AreDenied_With_EACCES()
    {
        using WorkspaceFixture fixture = new();
        using Jail owner = fixture.Jail(fixture.Create());
        using Jail other = fixture.Jail(fixture.Create());
        WorkspaceFixture.Run(owner, "chmod 755 .; umask 077; echo secret > file; mkdir d; echo x > d/file");
        using UserThread mine = await UserThread.StartAsync(UserOf(owner));
        using UserThread theirs = await UserThread.StartAsync(UserOf(other));

        (await mine.RunAsync(() => Open(owner, "file"))).Dispose(); // it is there for its own
        foreach (string path in (string[])["file", "d/file"])
        {
            SyscallException refused = await Assert.ThrowsAsync<SyscallException>(() => theirs.RunAsync(() => Open(owner, path)));
            Assert.Equal(Errno.EACCES, refused.Errno);
        }
    }

    /// <summary>Threat B41: as the jail's user sees them they are its own; as they are kept they are the caller's.</summary>
    [Fact]
    public void Files_AreTheCallersOnDisk_WhateverJailWroteThem()
    {
        using WorkspaceFixture fixture = new();
        string workspace = fixture.Create();
        uint[] bases = [.. new[] { "one", "two" }.Select(name =>
        {
            using Jail other = fixture.Jail(null); // its uids are taken meanwhile
            using Jail jail = fixture.Jail(workspace);
            WorkspaceFixture.Run(jail, $"echo x > {name}; test $(stat -c %u {name}) = $(id -u)");
            return jail.Spec.UidBase;
        })];

        Assert.DoesNotContain(WorkspaceFixture.Owner, bases);
        Assert.Equal(["one", "two"], fixture.OnDisk(workspace).Select(file => file.Name).Order(StringComparer.Ordinal));
        Assert.All(fixture.OnDisk(workspace), file => Assert.Equal((WorkspaceFixture.Owner, WorkspaceFixture.Owner), (file.Stat.stx_uid, file.Stat.stx_gid)));
    }

    /// <summary>Threat C67: whatever way it came there.</summary>
    [Fact]
    public void Commit_OfSetuidBits_DevicesAndMarks_LeavesThemOut_AndRollbackGivesNoRight()
    {
        using WorkspaceFixture fixture = new();
        string parent = fixture.Create();
        fixture.Run(parent, "mkdir kept; echo 1 > kept/file");
        string fork = fixture.Workspaces.Fork(parent, null, WorkspaceFixture.Draft()).Id;
        fixture.Run(fork, "cp /bin/sleep program; mkdir set marked; echo 1 > marked/file; echo 2 > kept/file");
        Plant(fixture, fork);
        string planted = fixture.Workspaces.Snapshot(fork, "").Id;

        fixture.Workspaces.Commit(fork, planted, overwrite: false, CancellationToken.None);
        fixture.Run(parent, "test ! -e device; test ! -e fifo; test $(cat marked/file kept/file | tr -d '\\n') = 12; test $(stat -c %a program) = 755; test $(stat -c %a set) = 755");
        Assert.Equal([], AttributesOf(fixture, parent, "program", "set", "marked"));
        Assert.All(fixture.OnDisk(parent), file => Assert.Equal((0u, WorkspaceFixture.Owner), (file.Stat.stx_mode & (Setuid | Setgid), file.Stat.stx_uid)));

        fixture.Workspaces.Rollback(fork, planted);
        fixture.Run(fork, "test -u program; ./program 1000 & until grep -q sleep\\\\\\|program /proc/$!/comm; do :; done; grep -q '^Uid:.1000.1000.1000.1000' /proc/$!/status; grep -q '^CapPrm:.0*$' /proc/$!/status; ! cat device");
    }

    // What no jail can make.
    private static void Plant(WorkspaceFixture fixture, string workspace)
    {
        WorkspaceState state = fixture.Store.Find(workspace)!;
        using Volume volume = fixture.Store.Open(state);
        using SafeFileHandle data = volume.Open(state.Upper, Volume.Data);
        using SafeFileHandle program = Files.OpenBeneath(data, "program"u8, Libc.O_PATH);
        Files.ChangeMode(program, Setuid | Setgid | 0b111_101_101);
        Files.SetAttribute(program, "security.capability", [0, 0, 0, 2, 255, 255, 255, 255, 0, 0, 0, 0, 255, 255, 255, 255, 0, 0, 0, 0]);
        using SafeFileHandle set = Files.OpenBeneath(data, "set"u8, Libc.O_PATH);
        Files.ChangeMode(set, Setgid | 0b111_101_101);
        using SafeFileHandle marked = Files.OpenBeneath(data, "marked"u8, Libc.O_PATH);
        Files.SetAttribute(marked, "user.overlay.opaque", "y"u8);
        Files.SetAttribute(marked, "user.other", "y"u8);
        Files.MakeSpecial(data, "device"u8.ToArray(), Libc.S_IFCHR | 0b110_110_110, (1 << 8) | 3);
        Files.MakeSpecial(data, "fifo"u8.ToArray(), Libc.S_IFIFO | 0b110_110_110, 0);
    }

    private static string[] AttributesOf(WorkspaceFixture fixture, string workspace, params string[] names)
    {
        WorkspaceState state = fixture.Store.Find(workspace)!;
        using Volume volume = fixture.Store.Open(state);
        using SafeFileHandle data = volume.Open(state.Upper, Volume.Data);
        return [.. names.SelectMany(name =>
        {
            using SafeFileHandle file = Files.OpenBeneath(data, Encoding.UTF8.GetBytes(name), Libc.O_PATH);
            return Files.ReadAttributes(file).Select(attribute => attribute.Name).Where(key => !key.StartsWith("trusted.overlay.", StringComparison.Ordinal));
        })];
    }

    private static SafeFileHandle Open(Jail jail, string path) => Files.OpenAt(jail.Root, $"{jail.Spec.Workspace}/{path}", Libc.O_RDONLY, InJail);

    private static UnixIdentity UserOf(Jail jail) => new(jail.Spec.UidBase + jail.Spec.Uid, jail.Spec.UidBase + jail.Spec.Gid, []);
}
