using System.Diagnostics;
using System.Net.Sockets;
using AgentSandbox.Jails.Host;
using AgentSandbox.Kernel;
using Microsoft.Win32.SafeHandles;
using Xunit;

namespace AgentSandbox.Tests.Kernel.Identity;

/// <summary>Paths that a caller names are opened with the caller's rights, and none of root's (threats F126, F127; class "confused deputy").</summary>
public sealed class OpenAsTests : IDisposable
{
    private const uint Uid = 12345;
    private const uint Gid = 23456;
    private const uint Team = 34567;
    private const uint OtherUid = 54321;

    private static readonly UnixIdentity s_caller = new(Uid, Gid, []);
    private readonly string _directory = Directory.CreateTempSubdirectory("agent-sandbox-test-").FullName;

    public OpenAsTests()
    {
        Requires.Feature("root");
        File.SetUnixFileMode(_directory, Mode(0b111_101_101));
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [InlineData("/etc/shadow")]
    [InlineData("/absent")]
    [InlineData("/etc/passwd/below-a-file")]
    public void OpenBind_WhenAbsentOrNotReadable_AnswersTheSame(string path)
    {
        using HostPaths paths = new(s_caller);

        Assert.Null(paths.OpenBind(path, writable: false));
    }

    [Fact]
    public void OpenBind_OfTheHomeOfAnother_FindsNothing_NotEvenWhetherThereIsSomething()
    {
        string home = Make("home", OtherUid, OtherUid, 0b111_000_000);
        File.WriteAllText(Path.Combine(home, "file"), "secret");
        File.SetUnixFileMode(Path.Combine(home, "file"), Mode(0b110_110_110));
        using HostPaths paths = new(s_caller);

        Assert.Null(paths.OpenBind(home, writable: false));
        Assert.Null(paths.OpenBind(Path.Combine(home, "file"), writable: false)); // readable by all, behind what the caller may not search
        Assert.Null(paths.OpenBind(Path.Combine(home, "absent"), writable: false));
    }

    [Fact]
    public void OpenBind_OfTheCallersOwn_Works()
    {
        string home = Make("home", Uid, Gid, 0b111_000_000);
        using HostPaths paths = new(s_caller);

        Assert.Equal(HostPathKind.Directory, paths.OpenBind(home, writable: true)?.Kind);
    }

    [Fact]
    public void OpenBind_ByASupplementaryGroup_Works_AndNotWithoutIt()
    {
        string shared = Make("shared", 0, Team, 0b111_111_000);
        using HostPaths member = new(new UnixIdentity(Uid, Gid, [Team]));
        using HostPaths stranger = new(s_caller);

        Assert.Equal(HostPathKind.Directory, member.OpenBind(shared, writable: true)?.Kind);
        Assert.Null(stranger.OpenBind(shared, writable: false));
    }

    [Fact]
    public void OpenBind_ForWriting_AsksTheRightToWrite()
    {
        string readable = Make("readable", 0, 0, 0b111_101_101);
        using HostPaths paths = new(s_caller);

        Assert.NotNull(paths.OpenBind(readable, writable: false));
        Assert.Null(paths.OpenBind(readable, writable: true));
    }

    [Theory]
    [InlineData(0b111_100_100)] // names, but nothing behind them
    [InlineData(0b111_001_001)] // what one knows the name of, but no list
    public void OpenBind_OfADirectory_AsksTheRightToListAndToSearch(int mode)
    {
        using HostPaths paths = new(s_caller);

        Assert.Null(paths.OpenBind(Make("half", 0, 0, mode), writable: false));
    }

    [Fact]
    public void OpenBind_WhenTheLinkIsSwappedAfterwards_KeepsWhatWasLookedAt()
    {
        string mine = Make("mine", Uid, Gid, 0b111_000_000);
        string link = Path.Combine(_directory, "link");
        Directory.CreateSymbolicLink(link, mine);
        using SafeFileHandle opened = OpenAs.Open(s_caller, link, Libc.R_OK);
        ulong looked = Files.Stat(opened).stx_ino;

        File.Delete(link);
        Directory.CreateSymbolicLink(link, "/root");

        Assert.Equal(looked, Files.Stat(opened).stx_ino);
        Assert.Equal(Errno.EACCES, Assert.Throws<SyscallException>(() => OpenAs.Open(s_caller, link, Libc.R_OK)).Errno);
    }

    [Fact]
    public void OpenBind_OfOnePathTwice_RefusesTheSecond_IfItIsAnotherFileByThen()
    {
        string mine = Make("mine", Uid, Gid, 0b111_000_000);
        string theirs = Make("theirs", OtherUid, OtherUid, 0b111_101_101);
        string link = Path.Combine(_directory, "link");
        Directory.CreateSymbolicLink(link, mine);
        using HostPaths paths = new(s_caller);
        Assert.Equal(HostPathKind.Directory, paths.OpenBind(link, writable: true)?.Kind);

        File.Delete(link);
        Directory.CreateSymbolicLink(link, theirs);

        Assert.Equal(HostPathKind.Other, paths.OpenBind(link, writable: false)?.Kind);
    }

    [Fact]
    public void OpenBind_OfWhatIsNeitherFileNorDirectory_IsTold_AndDoesNotWait()
    {
        string fifo = Path.Combine(_directory, "fifo");
        using (Process make = Process.Start("/usr/bin/mkfifo", ["-m", "666", fifo]))
        {
            make.WaitForExit();
        }

        string bound = Path.Combine(_directory, "socket");
        using Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(bound));
        File.SetUnixFileMode(bound, Mode(0b110_110_110));
        using HostPaths paths = new(s_caller);

        Assert.All([fifo, bound, "/dev/null", "/proc/version", "/sys/kernel"], path => Assert.Equal(HostPathKind.Other, paths.OpenBind(path, writable: false)?.Kind));
    }

    [Theory]
    [InlineData("/proc/self/root")]
    [InlineData("/proc/self/cwd")]
    [InlineData("/proc/self/fd/0")]
    public void OpenBind_ByTheDaemonsOwnLinksInProc_IsRefused(string path)
    {
        using HostPaths paths = new(new UnixIdentity(1, 1, []));

        Assert.Null(paths.OpenBind(path, writable: false));
    }

    [Fact]
    public void Open_LeavesTheRightsOfAllOtherThreadsAlone()
    {
        string before = Credentials();
        using (OpenAs.Open(s_caller, "/usr", Libc.R_OK))
        {
            Assert.Equal(before, Credentials());
        }

        Assert.All(Directory.GetDirectories("/proc/self/task"), task => Assert.Matches(@"Uid:\t0\t0\t0\t0\n", StatusOf(task)));
    }

    [Fact]
    public void Open_WhenTheSameIsAskedByManyAtOnce_NeverGivesOneTheRightsOfAnother()
    {
        string mine = Make("mine", Uid, Gid, 0b111_000_000);
        string theirs = Make("theirs", OtherUid, OtherUid, 0b111_000_000);
        UnixIdentity other = new(OtherUid, OtherUid, []);

        Parallel.For(0, 200, i =>
        {
            (UnixIdentity caller, string allowed, string refused) = i % 2 == 0 ? (s_caller, mine, theirs) : (other, theirs, mine);
            OpenAs.Open(caller, allowed, Libc.R_OK | Libc.W_OK).Dispose();
            Assert.Throws<SyscallException>(() => OpenAs.Open(caller, refused, Libc.R_OK));
        });
    }

    // A thread that ends meanwhile has no status left.
    private static string StatusOf(string task)
    {
        try
        {
            return File.ReadAllText($"{task}/status");
        }
        catch (IOException) when (!Directory.Exists(task))
        {
            return "Uid:\t0\t0\t0\t0\n";
        }
    }

    private static string Credentials() =>
        string.Join('\n', File.ReadLines("/proc/thread-self/status").Where(line => line.StartsWith("Uid", StringComparison.Ordinal) || line.StartsWith("Gid", StringComparison.Ordinal) || line.StartsWith("Groups", StringComparison.Ordinal) || line.StartsWith("Cap", StringComparison.Ordinal)));

    private string Make(string name, uint uid, uint gid, int mode)
    {
        string path = Directory.CreateDirectory(Path.Combine(_directory, name)).FullName;
        using (Process own = Process.Start("/usr/bin/chown", [$"{uid}:{gid}", path]))
        {
            own.WaitForExit();
        }

        File.SetUnixFileMode(path, Mode(mode));
        return path;
    }

    private static UnixFileMode Mode(int bits) => (UnixFileMode)bits;
}
