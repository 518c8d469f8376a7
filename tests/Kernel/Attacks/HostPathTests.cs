using AgentSandbox.Jails.Host;
using AgentSandbox.Jails.Policy;
using AgentSandbox.Jails.Proof;
using AgentSandbox.Jails.Supervise;
using AgentSandbox.Kernel;
using Xunit;

namespace AgentSandbox.Tests.Kernel.Attacks;

/// <summary>Images and binds whose paths lead elsewhere (threats C53, C54, F127).</summary>
public sealed class HostPathTests(AttackHost host) : IDisposable
{
    private const int Tries = 1000;
    private const int MountPointSwaps = 100_000;
    private const string Absent = "absent";
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("agent-sandbox-test-");

    /// <summary>Threat C53.</summary>
    [Theory]
    [InlineData("dev")]
    [InlineData("proc")]
    [InlineData("tmp")]
    [InlineData("workspace")]
    [InlineData("dev/shm")]
    public void Image_WhereAMountPointIsALink_IsRefused_AndTheHostIsUntouched(string name)
    {
        string victim = Directory.CreateDirectory(Path.Combine(_directory.FullName, "victim")).FullName;
        string image = MakeImage();
        string point = Path.Combine(image, name);
        if (Directory.Exists(point))
        {
            Directory.Delete(point, recursive: true);
        }

        File.CreateSymbolicLink(point, victim);
        JailRequest request = Request(image);

        Exception? refused = Record.Exception(() => host.Engine.Create(request, JailCaller.Root).Dispose());

        Assert.True(name == "dev/shm" ? refused is null : refused is SyscallException or ProofException, $"{refused}"); // /dev is the jail's own: what the image has there is covered
        Assert.Empty(Directory.GetFileSystemEntries(victim));
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(image, "usr")));
    }

    /// <summary>Threat C53: where nothing is mounted a link of the image stays one, and leads nowhere inside.</summary>
    [Theory]
    [InlineData("etc")]
    [InlineData("sys")]
    public void Image_WhereADirectoryIsALink_ShowsNothingOfTheHost_WhichIsUntouched(string name)
    {
        string victim = Make("victim", "file");
        string image = MakeImage();
        File.CreateSymbolicLink(Path.Combine(image, name), victim);
        using Jail jail = host.Engine.Create(Request(image), JailCaller.Root);

        SyscallException absent = Assert.Throws<SyscallException>(() => Files.OpenAt(jail.Root, $"{name}/file", Libc.O_PATH, Libc.RESOLVE_IN_ROOT));
        Assert.Equal(Errno.ENOENT, absent.Errno);
        Assert.Equal(["file"], Directory.GetFileSystemEntries(victim).Select(Path.GetFileName));
    }

    [Fact]
    public void Image_WithOrdinaryDirectories_Starts()
    {
        using Jail jail = host.Engine.Create(Request(MakeImage()), JailCaller.Root);

        Assert.NotEqual(0, jail.InitPid);
    }

    /// <summary>Threat C54: a directory of the image that a jail mounts on is a link to the host's in one moment, and a directory in the next.</summary>
    [Fact]
    public async Task Image_WhoseMountPointIsSwappedForALink_IsRefusedOrHarmless()
    {
        string victim = Directory.CreateDirectory(Path.Combine(_directory.FullName, "victim")).FullName;
        string image = MakeImage();
        string mounts = await File.ReadAllTextAsync("/proc/self/mountinfo", TestContext.Current.CancellationToken);
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        int swaps = 0;
        Task swapper = Task.Run(() => SwapMountPoint(Path.Combine(image, "workspace"), victim, ref swaps, stop.Token), TestContext.Current.CancellationToken);
        int made = 0;
        int refused = 0;
        while (made == 0 || refused == 0 || Volatile.Read(ref swaps) < MountPointSwaps)
        {
            Assert.False(swapper.IsFaulted, $"{swapper.Exception}");
            try
            {
                host.Engine.Create(Request(image), JailCaller.Root).Dispose(); // with a profile object of its own, for which a root is made
                made++;
            }
            catch (Exception refusal) when (refusal is SyscallException or ProofException)
            {
                refused++;
            }

            Assert.Empty(Directory.GetFileSystemEntries(victim));
        }

        await stop.CancelAsync();
        await swapper;
        Assert.Equal(mounts, await File.ReadAllTextAsync("/proc/self/mountinfo", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Bind_WhoseSourceIsSwappedForALink_ShowsOneOrTheOther_AndIsNeverMixed()
    {
        string real = Make("real", "a");
        string other = Make("other", "b");
        string source = Path.Combine(_directory.FullName, "source");
        Directory.CreateSymbolicLink(source, real);
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        Task swapper = Task.Run(() => Swap(source, real, other, stop.Token), TestContext.Current.CancellationToken);
        JailRequest request = host.Request("shell") with { Binds = [new BindRequest(source, "/data", Writable: false)] };
        SortedSet<string> seen = [];

        for (int i = 0; i < Tries; i++)
        {
            seen.Add(See(request));
        }

        await stop.CancelAsync();
        await swapper;
        Assert.Subset(new SortedSet<string> { "a", "b", Absent }, seen);
    }

    /// <inheritdoc/>
    public void Dispose() => _directory.Delete(recursive: true);

    private string MakeImage()
    {
        string image = Path.Combine(_directory.FullName, "image");
        foreach (string name in new[] { "dev", "proc", "tmp", "workspace", "usr" })
        {
            Directory.CreateDirectory(Path.Combine(image, name));
        }

        return image;
    }

    private string Make(string name, string file)
    {
        string path = Directory.CreateDirectory(Path.Combine(_directory.FullName, name)).FullName;
        File.WriteAllText(Path.Combine(path, file), "");
        return path;
    }

    private JailRequest Request(string image)
    {
        JailRequest request = host.Request("shell");
        return request with { Profile = request.Profile with { Filesystem = request.Profile.Filesystem with { Image = image } } };
    }

    private string See(JailRequest request)
    {
        try
        {
            using Jail jail = host.Engine.Create(request, JailCaller.Root);
            return string.Join(' ', Directory.GetFileSystemEntries($"/proc/{jail.InitPid}/root/data").Select(Path.GetFileName));
        }
        catch (PolicyException absent) when (absent.Message.Contains("does not exist", StringComparison.Ordinal))
        {
            return Absent;
        }
    }

    private static void Swap(string source, string real, string other, CancellationToken stop)
    {
        for (int i = 0; !stop.IsCancellationRequested; i++)
        {
            File.Delete(source);
            Directory.CreateSymbolicLink(source, i % 2 == 0 ? other : real);
        }
    }

    private static void SwapMountPoint(string point, string victim, ref int swaps, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            Directory.Delete(point);
            Directory.CreateSymbolicLink(point, victim);
            Directory.Delete(point);
            Directory.CreateDirectory(point);
            Volatile.Write(ref swaps, swaps + 2);
        }
    }
}
