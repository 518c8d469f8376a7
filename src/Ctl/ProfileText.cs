using AgentSandbox.Jails.Policy;
using AgentSandbox.Jails.Profiles;
using AgentSandbox.Jails.Seccomp;
using AgentSandbox.Kernel;

namespace AgentSandbox.Ctl;

/// <summary>A profile as text for people.</summary>
internal static class ProfileText
{
    /// <summary>Prints <paramref name="profile"/>.</summary>
    public static void Print(TextWriter to, JailProfile profile)
    {
        to.WriteLine($"{profile.Name}: {profile.Summary}");
        to.WriteLine($"user        {profile.Isolation.User} ({profile.Isolation.Uid}:{profile.Isolation.Gid}) on {profile.Isolation.Hostname}");
        to.WriteLine($"network     {(profile.Network.Loopback ? "its own loopback" : "none")}");
        to.WriteLine($"root        {profile.Filesystem.Image ?? "assembled from the host, read-only"}");
        to.WriteLine($"from host   {string.Join(' ', profile.Filesystem.Binds.Select(b => b.Optional ? $"{b.Source}?" : b.Source))}");
        to.WriteLine($"writable    {string.Join(' ', profile.Filesystem.Tmpfs.Select(t => $"{t.Target} ({t.Size}{(t.NoExec ? ", noexec" : "")})"))}");
        to.WriteLine($"devices     {string.Join(' ', profile.Filesystem.Devices)}");
        to.WriteLine($"limits      {Limits(profile.Limits.Defaults)}");
        to.WriteLine($"at most     {Limits(profile.Limits.Ceilings)}");
        to.WriteLine($"lets go     {string.Join(' ', profile.Isolation.AllowDegraded.DefaultIfEmpty("nothing"))}");
        to.WriteLine($"environment {string.Join(' ', profile.Environment.Variables.Select(v => $"{v.Key}={v.Value}"))}");
        foreach (LandlockPathRule rule in profile.Landlock.Paths)
        {
            to.WriteLine($"landlock    {rule.Path}: {rule.Access}");
        }

        to.WriteLine("system calls");
        to.WriteLine(new SyscallFilter(profile.Syscalls, SyscallTable.Native).ToString());
    }

    private static string Limits(JailLimits limits) =>
        $"memory {limits.Memory}, swap {limits.Swap}, cpus {limits.Cpus}, pids {limits.Pids}, file {limits.FileSize}, open files {limits.OpenFiles}, output {limits.Output}, time {(limits.Timeout.IsMax ? "max" : DurationText.Format(limits.Timeout.Value))}";
}
