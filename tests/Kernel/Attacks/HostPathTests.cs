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
    private const string Absent = "absent";
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("agent-sandbox-test-");

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

    [Fact]
    public void Image_WithOrdinaryDirectories_Starts()
    {
        using Jail jail = host.Engine.Create(Request(MakeImage()), JailCaller.Root);

        Assert.NotEqual(0, jail.InitPid);
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
}
