using System.Collections.Immutable;
using System.Diagnostics;
using AgentSandbox.Ctl.Selftest;
using AgentSandbox.Jails.Policy;
using AgentSandbox.Jails.Profiles;
using AgentSandbox.Kernel;
using Xunit;

namespace AgentSandbox.Tests.Kernel.Attacks;

/// <summary>The same attacks where a layer is missing: they must get through, or the tests could not fail. Only attacks that harm no host.</summary>
public sealed class NegativeControlTests(AttackHost host)
{
    [Theory]
    [InlineData("int80-getpid")]
    [InlineData("i386-program")]
    [InlineData("io-uring")]
    [InlineData("old-aio")]
    [InlineData("clone3")]
    [InlineData("clone-namespaces")]
    [InlineData("unshare-user")]
    [InlineData("socket-families")]
    [InlineData("netlink-families")]
    [InlineData("raw-sockets")]
    [InlineData("socket-programs")]
    [InlineData("ptrace-sibling")]
    [InlineData("process-memory")]
    [InlineData("pidfd-getfd")]
    [InlineData("file-handles")]
    [InlineData("personality")]
    [InlineData("perf")]
    [InlineData("status")]
    [InlineData("become-root")]
    [InlineData("host-files")]
    [InlineData("sys-files")]
    [InlineData("proc-processes")]
    [InlineData("proc-init-links")]
    [InlineData("proc-init-memory")]
    [InlineData("proc-masked")]
    [InlineData("environment")]
    [InlineData("core-dump")]
    [InlineData("real-time")]
    [InlineData("lock-memory")]
    public void Attack_OutsideOfAJail_GetsThrough(string name)
    {
        Requires.Feature("root");
        Attack attack = AttackCatalogue.All.Single(a => a.Name == name);

        string[] command = ["--core=unlimited:unlimited", AttackHost.Program, name, attack.Planned]; // an engine of this process's took that away
        using Process process = Process.Start(new ProcessStartInfo("prlimit", command) { RedirectStandardOutput = true })!;
        string said = process.StandardOutput.ReadToEnd();
        process.WaitForExit();

        Assert.True(process.ExitCode == 1, said);
    }

    [Theory]
    [InlineData("io-uring")]
    [InlineData("clone3")]
    [InlineData("clone-namespaces")]
    [InlineData("socket-families")]
    [InlineData("netlink-families")]
    [InlineData("socket-programs")]
    [InlineData("ptrace-sibling")]
    [InlineData("process-memory")]
    [InlineData("keyrings")]
    [InlineData("personality")]
    [InlineData("seccomp-listener")]
    [InlineData("setuid-change")]
    [InlineData("setuid-create")]
    [InlineData("high-bits-mode")]
    [InlineData("splice-family")]
    public void Attack_WithoutAFilter_GetsThrough(string name)
    {
        SyscallPolicy allowAll = new()
        {
            Allowed = [.. Enum.GetValues<Syscall>()],
            Conditional = ImmutableSortedDictionary<Syscall, Jails.Seccomp.SyscallRule>.Empty,
            Refused = ImmutableSortedDictionary<Syscall, Errno>.Empty,
            Default = Errno.EPERM,
            Reasons = ImmutableSortedDictionary<Syscall, string>.Empty,
        };

        GetsThrough("shell", profile => profile with { Syscalls = allowAll }, name);
    }

    [Theory]
    [InlineData("exec-unlisted")]
    [InlineData("bound-files")]
    public void Attack_WithoutLandlockRules_GetsThrough(string name)
    {
        const LandlockAccess Everything = LandlockAccess.Read | LandlockAccess.Execute | LandlockAccess.Write | LandlockAccess.IoctlDev;

        GetsThrough("shell", profile => profile with { Landlock = profile.Landlock with { Paths = [new LandlockPathRule("/", Everything)] } }, name);
    }

    [Theory]
    [InlineData("proc-masked")]
    [InlineData("proc-pressure")]
    public void Attack_WithoutMasks_GetsThrough(string name) =>
        GetsThrough("shell", profile => profile with { Filesystem = profile.Filesystem with { ProcMasks = ["sys"] } }, name);

    [Theory]
    [InlineData("exec-written")]
    [InlineData("map-written")]
    [InlineData("exec-memory")]
    [InlineData("page-cache-pipe")]
    [InlineData("file-locks")]
    public void AttackOnStrict_UnderAStandardProfile_GetsThrough(string name) => GetsThrough("shell", profile => profile, name);

    private void GetsThrough(string profile, Func<JailProfile, JailProfile> weaken, string name)
    {
        JailRequest request = host.Request(profile);
        using AttackRunner runner = host.Runner(request with { Profile = weaken(request.Profile) });

        AttackOutcome outcome = runner.Make(AttackCatalogue.All.Single(a => a.Name == name));

        Assert.True(outcome.Verdict == AttackVerdict.GotThrough, $"{outcome.Verdict}: {outcome.Seen}");
    }
}
