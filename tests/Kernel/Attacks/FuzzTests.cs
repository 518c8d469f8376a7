using System.Globalization;
using AgentSandbox.Ctl.Selftest;
using AgentSandbox.Jails.Plan;
using AgentSandbox.Jails.Policy;
using AgentSandbox.Jails.Seccomp;
using AgentSandbox.Jails.Supervise;
using AgentSandbox.Kernel;
using Xunit;

namespace AgentSandbox.Tests.Kernel.Attacks;

/// <summary>Every system call with arguments of every kind (threat A35): each call that the filter's model refuses is answered as it says, and the host stays as it was.
/// <c>SANDBOX_FUZZ_SECONDS</c> says for how long: 10 seconds, 3600 before a release.</summary>
public sealed class FuzzTests(AttackHost host)
{
    // uretprobe and uprobe: the kernel lets them through before any filter (kernel/seccomp.c, since 6.14), and does nothing for who did not come by a probe.
    private static readonly int[] s_probes = [335, 336];

    private static readonly int s_seconds = int.Parse(Environment.GetEnvironmentVariable("SANDBOX_FUZZ_SECONDS") ?? "10", CultureInfo.InvariantCulture);

    [Theory]
    [InlineData("shell")]
    [InlineData("strict")]
    public void Calls_AtRandom_AreAnsweredAsTheModelSays(string profile)
    {
        JailRequest request = host.Request(profile) with { Timeout = TimeSpan.FromSeconds(s_seconds + 60) };
        SyscallFilter model = new(request.Profile.Syscalls, SyscallTable.Native);
        string before = Host();
        using Jail jail = host.CreateJail(request);

        (CommandEnd end, string said) = AttackRunner.Execute(
            jail, new CommandSpec { Argv = [AttackStage.Program, "fuzz", "-", $"{s_seconds}", $"{Environment.TickCount64}"] });

        Assert.True(end is CommandEnd.Exited { Code: 0 }, $"{end}: {said}");
        (seccomp_data Call, Errno Answer)[] answers = [.. said.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Parse)];
        Assert.InRange(answers.Select(answer => answer.Call.nr).Distinct().Count(), 50, int.MaxValue); // it does try
        Assert.Empty(answers.Where(answer => !s_probes.Contains(answer.Call.nr) && model.Decide(answer.Call) is { IsAllow: false } planned && planned.Errno != answer.Answer)
            .Select(answer => $"{answer.Call.nr}({answer.Call.args0:x}, {answer.Call.args1:x}, {answer.Call.args2:x}, …): {answer.Answer}"));
        Assert.Equal(before, Host());
        Assert.Equal(new CommandEnd.Exited(0), AttackRunner.Execute(jail, new CommandSpec { Argv = [AttackStage.Program, "fuzz", "-", "0", "0"] }).End);
    }

    private static (seccomp_data Call, Errno Answer) Parse(string line)
    {
        ulong[] words = [.. line.Split(' ').Select(word => ulong.Parse(word, NumberStyles.HexNumber, CultureInfo.InvariantCulture))];
        seccomp_data call = new()
        {
            nr = (int)words[0], arch = SyscallTable.Native.AuditArch, args0 = words[1], args1 = words[2], args2 = words[3], args3 = words[4], args4 = words[5], args5 = words[6],
        };
        return (call, (long)words[7] is < 0 and > -4096 and long failed ? (Errno)(-failed) : Errno.None);
    }

    // What a program with power over the host would change.
    private static string Host() => string.Join('\n', Environment.MachineName, File.ReadAllText("/proc/self/mountinfo"), File.ReadAllText("/proc/sys/kernel/random/boot_id"), File.ReadAllText("/etc/passwd"));
}
