using AgentSandbox.Jails.Policy;

namespace AgentSandbox.Access;

/// <summary>Holds limits against the ceilings of a grant.</summary>
internal static class Ceilings
{
    /// <summary>The request, with the ceiling where it says nothing and the profile's default is above.</summary>
    /// <exception cref="AccessDeniedException">It asks for more than a ceiling.</exception>
    internal static JailRequest Fit(JailRequest request, Grant grant)
    {
        JailLimits usual = request.Profile.Limits.Defaults;
        JailLimits most = grant.Ceilings;
        return request with
        {
            Memory = Fit("memory", request.Memory, usual.Memory, most.Memory, grant),
            MemoryHigh = Fit("memoryHigh", request.MemoryHigh, usual.MemoryHigh, most.MemoryHigh, grant),
            Swap = Fit("swap", request.Swap, usual.Swap, most.Swap, grant),
            Cpus = Fit("cpus", request.Cpus, usual.Cpus, most.Cpus, grant),
            CpuWeight = Fit<long>("cpuWeight", request.CpuWeight, usual.CpuWeight, most.CpuWeight, grant),
            CpuSet = Fit(request.CpuSet, usual.CpuSet, most.CpuSet, grant),
            IoReadBytes = Fit("ioReadBytes", request.IoReadBytes, usual.IoReadBytes, most.IoReadBytes, grant),
            IoWriteBytes = Fit("ioWriteBytes", request.IoWriteBytes, usual.IoWriteBytes, most.IoWriteBytes, grant),
            IoReads = Fit("ioReads", request.IoReads, usual.IoReads, most.IoReads, grant),
            IoWrites = Fit("ioWrites", request.IoWrites, usual.IoWrites, most.IoWrites, grant),
            IoWeight = Fit<long>("ioWeight", request.IoWeight, usual.IoWeight, most.IoWeight, grant),
            Pids = Fit("pids", request.Pids, usual.Pids, most.Pids, grant),
            FileSize = Fit("fileSize", request.FileSize, usual.FileSize, most.FileSize, grant),
            OpenFiles = Fit<long>("openFiles", request.OpenFiles, usual.OpenFiles, most.OpenFiles, grant),
            Stack = Fit("stack", request.Stack, usual.Stack, most.Stack, grant),
            Output = Fit("output", request.Output, usual.Output, most.Output, grant),
            Timeout = Fit("timeout", request.Timeout, usual.Timeout, most.Timeout, grant),
            CpuTime = Fit("cpuTime", request.CpuTime, usual.CpuTime, most.CpuTime, grant),
            Idle = Fit("idle", request.Idle, usual.Idle, most.Idle, grant),
        };
    }

    /// <summary>Checks complete limits.</summary>
    /// <exception cref="AccessDeniedException">One is above its ceiling.</exception>
    internal static void Check(JailLimits limits, Grant grant)
    {
        JailLimits most = grant.Ceilings;
        Check("memory", limits.Memory, most.Memory, grant);
        Check("memoryHigh", limits.MemoryHigh, most.MemoryHigh, grant);
        Check("swap", limits.Swap, most.Swap, grant);
        Check("cpus", limits.Cpus, most.Cpus, grant);
        Check<long>("cpuWeight", limits.CpuWeight, most.CpuWeight, grant);
        Fit(limits.CpuSet, limits.CpuSet, most.CpuSet, grant, isComplete: true);
        Check("ioReadBytes", limits.IoReadBytes, most.IoReadBytes, grant);
        Check("ioWriteBytes", limits.IoWriteBytes, most.IoWriteBytes, grant);
        Check("ioReads", limits.IoReads, most.IoReads, grant);
        Check("ioWrites", limits.IoWrites, most.IoWrites, grant);
        Check<long>("ioWeight", limits.IoWeight, most.IoWeight, grant);
        Check("pids", limits.Pids, most.Pids, grant);
        Check("fileSize", limits.FileSize, most.FileSize, grant);
        Check<long>("openFiles", limits.OpenFiles, most.OpenFiles, grant);
        Check("stack", limits.Stack, most.Stack, grant);
        Check("output", limits.Output, most.Output, grant);
        Check("timeout", limits.Timeout, most.Timeout, grant);
        Check("cpuTime", limits.CpuTime, most.CpuTime, grant);
        Check("idle", limits.Idle, most.Idle, grant);
    }

    private static T? Fit<T>(string name, T? asked, Limit<T> usual, Limit<T> most, Grant grant)
        where T : struct, IComparable<T>
    {
        if (asked is T value)
        {
            Check(name, value, most, grant);
            return asked;
        }

        return most.IsBelow(usual) ? most.Value : null;
    }

    private static CpuSet? Fit(CpuSet? asked, CpuSet? usual, CpuSet? most, Grant grant, bool isComplete = false)
    {
        if (most is null || (asked is not null && most.Contains(asked)))
        {
            return asked;
        }

        return asked is not null || isComplete ? throw Above("cpuSet", asked?.Text ?? "every CPU", most.Text, grant)
            : usual is not null && most.Contains(usual) ? null
            : most;
    }

    private static void Check<T>(string name, Limit<T> asked, Limit<T> most, Grant grant)
        where T : struct, IComparable<T>
    {
        if (most.IsBelow(asked))
        {
            throw Above(name, Text(asked), Text(most), grant);
        }
    }

    private static AccessDeniedException Above(string name, string asked, string most, Grant grant) => new(new AccessDecision(
        grant.Rule, $"{name}: {asked} is above the ceiling of {most}", $"ask for {most} or less, or have an administrator raise \"ceilings\" of the role", null));

    private static string Text<T>(Limit<T> limit)
        where T : struct, IComparable<T> => limit is Limit<TimeSpan> { IsMax: false } time ? DurationText.Format(time.Value) : limit.ToString();
}
