using System.Diagnostics;
using System.Globalization;
using AgentSandbox.Kernel;
using Xunit;

namespace AgentSandbox.Tests;

/// <summary>What a test needs of the machine. A lack skips the test; named in <c>SANDBOX_TESTS_REQUIRE</c> (with commas) it fails.</summary>
/// <example><c>Assert.SkipUnless(Requires.Has("landlock"), "needs Landlock");</c></example>
internal static class Requires
{
    private static readonly Dictionary<string, Func<bool>> s_features = new(StringComparer.Ordinal)
    {
        ["gcc"] = () => FindProgram("gcc") is not null,
        ["git"] = () => IsInUsr("git"),
        ["javac"] = () => IsInUsr("javac"),
        ["node"] = () => IsInUsr("node"),
        ["npm"] = () => FindProgram("node") is not null && FindProgram("npm") is not null,
        ["perl"] = () => IsInUsr("perl"),
        ["python3"] = () => IsInUsr("python3"),
        ["python3-testsuite"] = () => Directory.Exists("/usr/lib") && Directory.GetDirectories("/usr/lib", "python3.*").Any(lib => File.Exists($"{lib}/test/test_os.py")),
        ["journalctl"] = () => FindProgram("journalctl") is not null,
        ["journald"] = () => Environment.IsPrivilegedProcess && File.Exists("/lib/systemd/systemd-journald") && FindProgram("journalctl") is not null,
        ["headers"] = () => HeaderTree.Find() is not null,
        ["root"] = () => Environment.IsPrivilegedProcess,
        ["landlock"] = () => HostFeatures.Current.Landlock.Abi > 0,
        ["seccomp"] = () => HostFeatures.Current.Seccomp.Errno.Presence == Presence.Present,
        ["cgroup"] = () => HostFeatures.Current.Cgroup is { MountPoint: not null, Writable: Presence.Present },
        ["pidfd-exit"] = () => Environment.OSVersion.Version >= new Version(6, 15),
        ["systemd"] = () => Environment.IsPrivilegedProcess && Directory.Exists("/run/systemd/system"),
        ["systemd-254"] = () => ReadSystemdVersion() >= 254,
        ["package"] = () => Environment.GetEnvironmentVariable("RIG_PACKAGE") is not null,
        ["loop"] = () => Environment.IsPrivilegedProcess && CanOpen("/dev/loop-control"),
        ["overlay"] = () => HostFeatures.Current.Overlay == Presence.Present,
    };

    private static readonly string[] s_mustHave = (Environment.GetEnvironmentVariable("SANDBOX_TESTS_REQUIRE") ?? "")
        .Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>True if this machine has <paramref name="feature"/>.</summary>
    /// <param name="feature">A name of the table above.</param>
    /// <exception cref="ArgumentException">No such name.</exception>
    public static bool Has(string feature) => s_features.TryGetValue(feature, out Func<bool>? probe)
        ? Check(feature, probe())
        : throw new ArgumentException($"no feature '{feature}': add it to Requires, or use one of {string.Join(", ", s_features.Keys)}");

    /// <summary>True if cgroup v2 offers the controller: <c>memory</c>.</summary>
    public static bool Controller(string name) => Check(name, HostFeatures.Current.Cgroup.Controllers.Contains(name));

    /// <summary>Skips the test, with <paramref name="reason"/>, on a machine without <paramref name="feature"/>.</summary>
    public static void Feature(string feature, string? reason = null) => Assert.SkipUnless(Has(feature), reason ?? $"needs {feature}");

    /// <summary>The full path of a program on <c>PATH</c>, or null.</summary>
    public static string? FindProgram(string name) => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(':', StringSplitOptions.RemoveEmptyEntries)
        .Select(folder => Path.Combine(folder, name))
        .FirstOrDefault(File.Exists);

    // "systemd 257 (257.13-1~deb13u1)"; 0: there is none
    private static int ReadSystemdVersion()
    {
        if (FindProgram("systemctl") is not string systemctl)
        {
            return 0;
        }

        using Process process = Process.Start(new ProcessStartInfo(systemctl, ["--version"]) { RedirectStandardOutput = true })!;
        return int.Parse(process.StandardOutput.ReadToEnd().Split(' ')[1], CultureInfo.InvariantCulture);
    }

    // A device without its driver is there and cannot be opened.
    private static bool CanOpen(string device)
    {
        try
        {
            using FileStream file = File.Open(device, FileMode.Open, FileAccess.ReadWrite);
            return true;
        }
        catch (Exception absent) when (absent is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    // What jails see: programs of packages, not those that lie in somebody's home.
    private static bool IsInUsr(string name) => File.Exists($"/usr/bin/{name}");

    private static bool Check(string name, bool present)
    {
        if (!present && s_mustHave.Contains(name))
        {
            Assert.Fail($"SANDBOX_TESTS_REQUIRE names '{name}', and this machine lacks it");
        }

        return present;
    }
}
