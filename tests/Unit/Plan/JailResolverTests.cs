using System.Collections.Immutable;
using AgentSandbox.Jails.Plan;
using AgentSandbox.Jails.Policy;
using AgentSandbox.Jails.Profiles;
using Xunit;

namespace AgentSandbox.Tests.Unit.Plan;

public sealed class JailResolverTests
{
    [Theory]
    [InlineData("relative", "/data", "--bind-ro: 'relative' is relative: write an absolute path")]
    [InlineData("/absent", "/data", "--bind-ro: /absent does not exist, or you may not read it")]
    [InlineData("/srv/socket", "/data", "--bind-ro: /srv/socket is neither a file nor a directory")]
    [InlineData("/", "/data", "--bind-ro: the root cannot be bound: name what is needed")]
    [InlineData("/srv/data", "/", "--bind-ro: the root cannot be bound: name what is needed")]
    [InlineData("/srv/data", "/a/../b", "--bind-ro: '/a/../b' has an empty part, '.' or '..': write it without")]
    [InlineData("/srv/data", "/a//b", "--bind-ro: '/a//b' has an empty part, '.' or '..': write it without")]
    [InlineData("/srv/data", "/a\nb", "--bind-ro: the path has a control character")]
    [InlineData("/srv/data", "/usr/x", "--bind-ro: /usr/x lies in /usr, which the profile takes from the host: choose a path outside of it")]
    [InlineData("/srv/data", "/bin/x", "--bind-ro: /bin/x lies in /bin, which the profile takes from the host: choose a path outside of it")]
    [InlineData("/srv/data", "/etc/passwd", "--bind-ro: /etc/passwd is there already: choose another path in the jail")]
    [InlineData("/srv/data", "/proc/x", "--bind-ro: /proc/x and /proc lie one in the other: choose another path in the jail")]
    [InlineData("/srv/data", "/dev", "--bind-ro: /dev is taken already: choose another path in the jail")]
    [InlineData("/srv/data", "/tmp/x", "--bind-ro: /tmp/x and /tmp lie one in the other: choose another path in the jail")]
    [InlineData("/srv/data", "/workspace/x", "--bind-ro: /workspace/x lies in the workspace: bind to /workspace itself, or to a path outside of it")]
    public void Bind_WhenItCannotBe_IsRefusedByName(string source, string target, string message)
    {
        JailRequest request = Specs.Request("shell") with { Binds = [new(source, target, Writable: false)] };

        Assert.Equal(message, Assert.Throws<PolicyException>(() => Specs.Resolve(request)).Message);
    }

    [Fact]
    public void Bind_InsideAnother_IsRefused()
    {
        JailRequest request = Specs.Request("shell") with { Binds = [new("/srv/data", "/data", false), new("/srv/project", "/data/sub", true)] };

        Assert.Equal("--bind: /data/sub and /data lie one in the other: choose another path in the jail", Assert.Throws<PolicyException>(() => Specs.Resolve(request)).Message);
    }

    [Theory]
    [InlineData("", "v", "'': a name is not empty and has no '='")]
    [InlineData("A=B", "v", "'A=B': a name is not empty and has no '='")]
    [InlineData("A", "v\0w", "'A': NUL ends a string: it cannot be in one")]
    public void Variable_WhenItCannotBe_IsRefused(string name, string value, string message)
    {
        JailRequest request = Specs.Request("shell") with { Environment = ImmutableSortedDictionary<string, string>.Empty.Add(name, value) };

        Assert.Equal($"--env: {message}", Assert.Throws<PolicyException>(() => Specs.Resolve(request)).Message);
    }

    [Fact]
    public void Limit_AboveTheCeiling_IsRefused()
    {
        JailRequest request = Specs.Request("strict") with { Memory = new ByteSize(1L << 50) };

        Assert.Contains("--memory: 1024T is above the profile's ceiling of", Assert.Throws<PolicyException>(() => Specs.Resolve(request)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4_194_305)]
    public void Pids_OutOfRange_AreRefused(long pids) =>
        Assert.Equal($"--pids: {pids} is out of range: it is 2 to 4194304", Assert.Throws<PolicyException>(() => Specs.Resolve(Specs.Request("shell") with { Pids = pids })).Message);

    [Fact]
    public void Layer_ThatTheHostLacks_IsRefusedByName()
    {
        HostFacts host = Specs.CompleteHost with { Missing = Specs.CompleteHost.Missing.Add("cgroup.memory", "memory is not there") };

        Assert.Equal(
            "host: cannot enforce cgroup.memory: memory is not there (to go on without, pass --allow-degraded cgroup.memory; 'sandboxctl doctor' says how to get what is missing)",
            Assert.Throws<PolicyException>(() => Specs.Resolve(Specs.Request("shell"), host)).Message);
    }

    [Theory]
    [InlineData("cgroup.memory")]
    [InlineData("all")]
    public void Layer_ThatIsGivenUpByName_IsRecorded(string given)
    {
        HostFacts host = Specs.CompleteHost with { Missing = Specs.CompleteHost.Missing.Add("cgroup.memory", "memory is not there") };

        JailSpec spec = Specs.Resolve(Specs.Request("shell") with { AllowDegraded = [given] }, host);

        Assert.Equal(["cgroup.memory"], spec.Degraded);
    }

    [Fact]
    public void Layer_ThatNoProfileLetsGo_IsNotGivenUpByAll()
    {
        HostFacts host = Specs.CompleteHost with { Missing = Specs.CompleteHost.Missing.Add("seccomp", "it is off") };

        Assert.Contains(
            "profile 'shell' does not go on without seccomp",
            Assert.Throws<PolicyException>(() => Specs.Resolve(Specs.Request("shell") with { AllowDegraded = ["all"] }, host)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Layer_ThatTheProfileInsistsOn_CannotBeNamed() => Assert.StartsWith(
        "--allow-degraded: profile 'shell' insists on seccomp; it lets go: ",
        Assert.Throws<PolicyException>(() => Specs.Resolve(Specs.Request("shell") with { AllowDegraded = ["seccomp"] })).Message,
        StringComparison.Ordinal);

    [Fact]
    public void HostPath_ThatIsAbsentAndRequired_IsRefused()
    {
        JailProfile profile = Specs.Request("shell").Profile;
        JailRequest request = new() { Profile = profile with { Filesystem = profile.Filesystem with { Binds = [new("/absent", "/absent", Optional: false)] } } };

        Assert.Equal(
            "filesystem.binds: this host has no /absent: mark it optional in the profile, or install what brings it",
            Assert.Throws<PolicyException>(() => Specs.Resolve(request)).Message);
    }

    [Fact]
    public void Bind_ThatIsGranted_GetsALandlockRule()
    {
        JailSpec spec = Specs.Resolve(Specs.Request("shell") with { Binds = [new("/srv/project", "/project", Writable: true)] });

        Assert.Contains(new LandlockPathRule("/project", LandlockAccess.Read | LandlockAccess.Execute | LandlockAccess.Write), spec.Landlock!.Paths);
    }
}
