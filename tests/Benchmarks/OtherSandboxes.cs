using AgentSandbox.Tests;

namespace AgentSandbox.Benchmarks;

/// <summary>Other people's sandboxes, as far as they are installed, each with new namespaces and a root of its own.</summary>
/// <param name="fork">The program that times them: see reference.c.</param>
internal sealed class OtherSandboxes(string fork)
{
    private const string Count = "10";

    private readonly (Samples Samples, string[] Command)[] _all = [.. Installed()];

    /// <summary>What each took.</summary>
    public IEnumerable<Samples> All => _all.Select(one => one.Samples);

    /// <summary>Times each once more.</summary>
    public void Round()
    {
        foreach ((Samples samples, string[] command) in _all)
        {
            Reference.Run(samples, fork, [Count, .. command]);
        }
    }

    private static IEnumerable<(Samples Samples, string[] Command)> Installed()
    {
        if (File.Exists("/usr/bin/bwrap"))
        {
            yield return (new("bwrap --unshare-all, true"),
            [
                "/usr/bin/bwrap", "--unshare-all", "--ro-bind", "/usr", "/usr", "--symlink", "usr/bin", "/bin", "--symlink", "usr/lib", "/lib", "--symlink", "usr/lib64", "/lib64",
                "--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp", "/usr/bin/true",
            ]);
        }

        if (File.Exists("/usr/bin/nsjail"))
        {
            yield return (new("nsjail -Mo, true"), ["/usr/bin/nsjail", "-Mo", "--really_quiet", "--disable_rlimits", "-R", "/usr", "-R", "/lib", "-R", "/lib64", "--", "/usr/bin/true"]);
        }

        if (Directory.Exists("/run/systemd/system"))
        {
            yield return (new("systemd-run --wait, true"), ["/usr/bin/systemd-run", "--quiet", "--wait", "-p", "PrivateNetwork=yes", "-p", "ProtectSystem=strict", "-p", "PrivateTmp=yes", "/usr/bin/true"]);
        }

        foreach (string runtime in new[] { "crun", "runc" }.Where(name => File.Exists($"/usr/bin/{name}") || File.Exists($"/usr/sbin/{name}")))
        {
            yield return (new($"{runtime} run, true"), ["/bin/sh", Path.Combine(Repository.Root, "tests/Benchmarks/oci-run.sh"), runtime]);
        }
    }
}
