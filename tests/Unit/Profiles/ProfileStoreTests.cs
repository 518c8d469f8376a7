using AgentSandbox.Jails.Policy;
using AgentSandbox.Jails.Profiles;
using AgentSandbox.Kernel;
using Xunit;

namespace AgentSandbox.Tests.Unit.Profiles;

/// <summary>What a profile's file says arrives in its records.</summary>
public sealed class ProfileStoreTests : ProfileDirectory
{
    [Fact]
    public void Load_WhenAFieldIsGiven_ReplacesTheParentsAlone()
    {
        JailProfile mine = Load("""
            "limits": { "defaults": { "memory": "1.5G", "cpus": 0.5, "swap": "max", "timeout": "90s" }, "ceilings": { "swap": "max" } }
            """);
        Assert.Equal(new ByteSize(3L << 29), mine.Limits.Defaults.Memory.Value);
        Assert.Equal(0.5m, mine.Limits.Defaults.Cpus.Value);
        Assert.True(mine.Limits.Defaults.Swap.IsMax);
        Assert.Equal(TimeSpan.FromSeconds(90), mine.Limits.Defaults.Timeout.Value);
        Assert.Equal(128, mine.Limits.Defaults.Pids.Value);
        Assert.Equal(new ByteSize(4L << 30), mine.Limits.Ceilings.Memory.Value);
    }

    [Fact]
    public void Load_WhenAListIsGiven_Replaces() =>
        Assert.Equal(["null"], Load("\"filesystem\": { \"devices\": [\"null\"] }").Filesystem.Devices);

    [Fact]
    public void Load_WhenAListHasAPlus_Adds()
    {
        SyscallPolicy calls = Load("""
            "syscalls": { "allow+": [ "sync", { "call": "ptrace", "why": "a debugger of its own children" } ] }
            """).Syscalls;
        Assert.Contains(Syscall.sync, calls.Allowed);
        Assert.Contains(Syscall.read, calls.Allowed);
        Assert.Equal("a debugger of its own children", calls.Reasons[Syscall.ptrace]);
    }

    [Fact]
    public void Load_WhenAMapHasAPlus_AddsAndReplacesByKey()
    {
        FilesystemPolicy files = Load("""
            "filesystem": {
              "tmpfs+": { "/tmp": { "size": "1M", "inodes": 64, "noExec": true } },
              "binds+": { "/srv/tools": { "source": "/opt/tools", "optional": true } }
            }
            """).Filesystem;
        Assert.Equal(new TmpfsPolicy("/tmp", new(1 << 20), 64, true), files.Tmpfs.Single(one => one.Target == "/tmp"));
        Assert.Equal(3, files.Tmpfs.Length);
        Assert.Contains(new BindPolicy("/opt/tools", "/srv/tools", true), files.Binds);
        Assert.Contains(new BindPolicy("/usr", "/usr", false), files.Binds);
    }

    [Fact]
    public void Load_WhenLandlockIsGiven_ReadsRightsAndPorts()
    {
        LandlockPolicy landlock = Load("""
            "landlock": { "paths": { "/": [ "read", "execute" ] }, "tcp": { "bind": [], "connect": [ 80, 443 ] }, "scopes": [ "signal" ] }
            """).Landlock;
        Assert.Equal(new LandlockPathRule("/", LandlockAccess.Read | LandlockAccess.Execute), Assert.Single(landlock.Paths));
        Assert.Equal([80, 443], landlock.Tcp!.Connect);
        Assert.Empty(landlock.Tcp.Bind);
        Assert.True(landlock is { ScopeSignal: true, ScopeAbstractUnixSocket: false });
    }

    [Fact]
    public void Load_WhenARuleIsInline_ReadsIt()
    {
        SyscallPolicy calls = Load("""
            "syscalls": { "conditional+": [ {
              "help": "no new executable memory", "calls": [ "mmap", "mprotect" ],
              "cases": [ { "when": [ { "argument": "prot", "has": [ "PROT_EXEC" ] } ], "answer": "EACCES" } ], "else": "allow" } ],
              "allow": [ "read" ] }
            """).Syscalls;
        Assert.Equal("mprotect: prot has PROT_EXEC -> EACCES; else allow", calls.Conditional[Syscall.mprotect].ToString());
        Assert.Equal(ulong.MaxValue, calls.Conditional[Syscall.mmap].Cases[0].When[0].Argument.Significant);
    }

    [Fact]
    public void Load_ReadsEachFileOnce()
    {
        List<string> read = [];
        ProfileStore store = new(ShippedProfiles.Directory, path =>
        {
            read.Add(Path.GetFileName(path));
            return File.ReadAllBytes(path);
        });
        store.Load("python");
        Assert.Equal(["python.json", "minimal.json", "groups.json"], read);
    }

    [Theory]
    [InlineData("")]
    [InlineData("../minimal")]
    [InlineData("Minimal")]
    [InlineData("minimal\n")]
    [InlineData("groups")]
    [InlineData("a23456789012345678901234567890123")]
    public void Load_WhenTheNameIsNone_OpensNothing(string name)
    {
        ProfileStore store = new("/", _ => throw new InvalidOperationException("opened a file"));
        Assert.Equal("profile", Assert.Throws<PolicyException>(() => store.Load(name)).Field);
    }

    [Fact]
    public void Load_WhenThereIsNoSuchProfile_SaysWhichThereAre() =>
        Assert.Equal("profile: there is no profile 'mine'; there are base", Assert.Throws<PolicyException>(() => Store.Load("mine")).Message);
}
