using System.Diagnostics;
using System.Net.Sockets;
using AgentSandbox.Kernel;
using Xunit;

namespace AgentSandbox.Tests.Kernel.Identity;

/// <summary>The kernel says who connected: real processes of other users (threats F121, F122, F125).</summary>
public sealed class PeerCredentialsTests
{
    private const uint Uid = 12345;
    private const uint Gid = 23456;

    public PeerCredentialsTests()
    {
        Requires.Feature("root");
        Requires.Feature("python3");
    }

    [Fact]
    public void Read_WhenAnotherUserConnects_GivesItsIds()
    {
        using ConnectedChild child = new(ConnectedChild.As(Uid, Gid, 11, 22));
        using PeerCredentials peer = PeerCredentials.Read(child.Socket.SafeHandle);

        Assert.Equal(new UnixIdentity(Uid, Gid, [11, 22]), peer.Identity);
        Assert.Equal(child.Pid, peer.Pid);
        Assert.False(peer.Identity.HasOverflowId);
    }

    [Fact]
    public void Read_WhenThePeerHasNoGroups_GivesNone()
    {
        using ConnectedChild child = new(ConnectedChild.As(Uid, Gid));
        using PeerCredentials peer = PeerCredentials.Read(child.Socket.SafeHandle);

        Assert.Empty(peer.Identity.Groups);
    }

    [Fact]
    public void Read_WhenThePeerHasManyGroups_GivesAll()
    {
        uint[] many = [.. Enumerable.Range(5000, 1000).Select(gid => (uint)gid)];
        using ConnectedChild child = new(ConnectedChild.As(Uid, Gid, many));
        using PeerCredentials peer = PeerCredentials.Read(child.Socket.SafeHandle);

        Assert.Equal(many, peer.Identity.Groups);
    }

    [Fact]
    public void ReadCgroups_WhileThePeerLives_GivesIts_AndAfterItsEndNothing()
    {
        using ConnectedChild child = new(ConnectedChild.As(Uid, Gid));
        using PeerCredentials peer = PeerCredentials.Read(child.Socket.SafeHandle);
        Assert.SkipWhen(peer.Pidfd is null, "needs SO_PEERPIDFD (Linux 6.5)");

        Assert.Equal(File.ReadAllLines($"/proc/{child.Pid}/cgroup"), peer.ReadCgroups());
        Assert.Equal(new FileInfo("/proc/self/ns/user").LinkTarget, peer.ReadUserNamespace());
        child.End();
        Assert.Null(peer.ReadCgroups());
        Assert.Null(peer.ReadUserNamespace());
    }

    [Fact]
    public void ReadCgroups_WhileThePidIsStillTaken_ButThePeerHasEnded_GivesNothing()
    {
        const string NeverReaps = "import os, sys\nif os.fork() == 0: os.execv(sys.argv[1], sys.argv[1:])\nsys.stdin.read()";
        using ConnectedChild child = new("/usr/bin/python3", "-c", NeverReaps);
        using PeerCredentials peer = PeerCredentials.Read(child.Socket.SafeHandle);
        Assert.SkipWhen(peer.Pidfd is null, "needs SO_PEERPIDFD (Linux 6.5)");
        Assert.NotNull(peer.ReadCgroups());

        using (Process connected = Process.GetProcessById(peer.Pid))
        {
            connected.Kill();
        }

        Assert.True(Files.Poll(peer.Pidfd, Libc.POLLIN, TimeSpan.FromSeconds(30)));
        Assert.NotEmpty(File.ReadAllLines($"/proc/{peer.Pid}/cgroup")); // a zombie has one
        Assert.Null(peer.ReadCgroups());
    }

    [Fact]
    public void ReadUserNamespace_WhenThePeerLivesInAnother_SaysWhich()
    {
        using ConnectedChild child = new([.. ConnectedChild.As(Uid, Gid), "/usr/bin/unshare", "--user", "--map-root-user"]);
        using PeerCredentials peer = PeerCredentials.Read(child.Socket.SafeHandle);
        Assert.SkipWhen(peer.Pidfd is null, "needs SO_PEERPIDFD (Linux 6.5)");

        Assert.Equal(Uid, peer.Identity.Uid); // root there, itself here
        Assert.NotEqual(new FileInfo("/proc/self/ns/user").LinkTarget, peer.ReadUserNamespace());
        Assert.StartsWith("user:[", peer.ReadUserNamespace(), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_WhenTheProcessHasEndedBefore_SaysSo()
    {
        using ConnectedChild child = new(ConnectedChild.As(Uid, Gid));
        child.End();
        using PeerCredentials peer = PeerCredentials.Read(child.Socket.SafeHandle);

        Assert.Equal(Uid, peer.Identity.Uid);
        Assert.Null(peer.ReadCgroups());
        Assert.SkipWhen(peer.Pidfd is null && !peer.HasEnded, "needs SO_PEERPIDFD (Linux 6.5)");
        Assert.True(peer.HasEnded);
    }

    [Fact]
    public void Read_WhenTheSocketIsNotConnected_Throws()
    {
        using Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

        SyscallException refused = Assert.Throws<SyscallException>(() => PeerCredentials.Read(socket.SafeHandle));

        Assert.Equal("getsockopt", refused.Syscall);
    }

    [Theory]
    [InlineData(65534u, 1000u, true)]
    [InlineData(1000u, 65534u, true)]
    [InlineData(uint.MaxValue, uint.MaxValue, true)]
    [InlineData(1000u, 1000u, false)]
    public void HasOverflowId_IsTrue_WhenAnIdStandsForAllWithoutNumber(uint uid, uint gid, bool expected) =>
        Assert.Equal(expected, new UnixIdentity(uid, gid, []).HasOverflowId);
}
