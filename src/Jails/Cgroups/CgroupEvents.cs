using System.Diagnostics;
using System.Text;
using Microsoft.Win32.SafeHandles;
using AgentSandbox.Kernel;

namespace AgentSandbox.Jails.Cgroups;

/// <summary>Waits for what <c>cgroup.events</c> tells of a cgroup. The kernel wakes us at each change: a file that changed since it was read is "urgent".</summary>
/// <remarks>Source: cgroup-v2.rst, "[Un]populated Notification", "cgroup.events".</remarks>
internal static class CgroupEvents
{
    /// <summary>Waits until <paramref name="key"/> has <paramref name="value"/>.</summary>
    /// <param name="cgroup">The cgroup's directory.</param>
    /// <param name="key"><c>populated</c> or <c>frozen</c>.</param>
    /// <param name="value">0 or 1.</param>
    /// <param name="patience">How long at most.</param>
    /// <returns>False if the time ran out.</returns>
    internal static bool WaitFor(SafeFileHandle cgroup, string key, long value, TimeSpan patience)
    {
        long start = Stopwatch.GetTimestamp();
        while (true)
        {
            using SafeFileHandle events = Files.OpenAt(cgroup, "cgroup.events", Libc.O_RDONLY, Cgroup.Beneath);
            if (CgroupText.Keys(Encoding.ASCII.GetString(Files.ReadAll(events))).GetValueOrDefault(key) == value)
            {
                return true;
            }

            TimeSpan left = patience - Stopwatch.GetElapsedTime(start);
            if (left <= TimeSpan.Zero || !Files.Poll(events, Libc.POLLPRI, left))
            {
                return false;
            }
        }
    }
}
