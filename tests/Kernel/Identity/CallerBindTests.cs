using System.Diagnostics;
using AgentSandbox.Jails.Host;
using AgentSandbox.Jails.Policy;
using AgentSandbox.Jails.Supervise;
using AgentSandbox.Kernel;
using AgentSandbox.Tests.Kernel.Engine;
using Xunit;

namespace AgentSandbox.Tests.Kernel.Identity;

/// <summary>Jails of a caller that is not root show what the caller may see, and write as the caller.</summary>
[Collection(Alone.Name)]
public sealed class CallerBindTests : IDisposable
{
    private const uint Uid = 12345;
    private const uint Gid = 23456;

    private static readonly JailCaller s_caller = JailCaller.From(new UnixIdentity(Uid, Gid, []));
    private readonly string _directory = Directory.CreateTempSubdirectory("agent-sandbox-test-").FullName;

    public CallerBindTests()
    {
        Requires.Feature("root");
        File.SetUnixFileMode(_directory, (UnixFileMode)0b111_101_101);
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void From_GivesRootOurRights_AndOthersTheirOwn()
    {
        Assert.Null(JailCaller.From(new UnixIdentity(0, 0, [])).Rights);
        Assert.Equal(new UnixIdentity(Uid, Gid, []), s_caller.Rights);
    }

    [Fact]
    public void WritableBind_OfTheCallersOwn_IsWrittenAsTheCaller()
    {
        string mine = Make("mine", Uid, 0b111_000_000);
        using TestEngine engine = new();
        using Jail jail = engine.Create(Bind(mine, writable: true), s_caller);

        Assert.Equal(new CommandEnd.Exited(0), TestEngine.Run(jail, "/bin/sh", "-c", "echo x > /data/new"));
        Assert.Equal($"{Uid}:{Gid}", Owner(Path.Combine(mine, "new")));
    }

    [Theory]
    [InlineData("/etc/shadow")]
    [InlineData("/root")]
    [InlineData("/absent")]
    public void Bind_OfWhatTheCallerMayNotRead_IsRefusedLikeWhatIsAbsent(string source)
    {
        using TestEngine engine = new();

        PolicyException refused = Assert.Throws<PolicyException>(() => engine.Create(Bind(source, writable: false), s_caller));

        Assert.Equal($"--bind-ro: {source} does not exist, or you may not read it", refused.Message);
    }

    [Fact]
    public void WritableBind_OfWhatTheCallerMayOnlyRead_IsRefused()
    {
        string theirs = Make("theirs", 54321, 0b111_101_101);
        using TestEngine engine = new();
        engine.Create(Bind(theirs, writable: false), s_caller).Dispose();

        PolicyException refused = Assert.Throws<PolicyException>(() => engine.Create(Bind(theirs, writable: true), s_caller));

        Assert.Equal($"--bind: {theirs} does not exist, or you may not write it", refused.Message);
    }

    private static JailRequest Bind(string source, bool writable) => TestEngine.Request("shell") with { Binds = [new BindRequest(source, "/data", writable)] };

    private string Make(string name, uint uid, int mode)
    {
        string path = Directory.CreateDirectory(Path.Combine(_directory, name)).FullName;
        using (Process own = Process.Start("/usr/bin/chown", [$"{uid}:{Gid}", path]))
        {
            own.WaitForExit();
        }

        File.SetUnixFileMode(path, (UnixFileMode)mode);
        return path;
    }

    private static string Owner(string path)
    {
        using Microsoft.Win32.SafeHandles.SafeFileHandle file = Files.OpenAnchor(path);
        statx stat = Files.Stat(file);
        return $"{stat.stx_uid}:{stat.stx_gid}";
    }
}
