namespace AgentSandbox.Daemon.Api;

/// <summary>The engine names what it refuses by the options of <c>sandboxctl</c>; callers of the API know fields.</summary>
internal static class FieldNames
{
    private static readonly Dictionary<string, string> s_fields = new(StringComparer.Ordinal)
    {
        ["--allow-degraded"] = "config.allow_degraded",
        ["--bind"] = "config.binds",
        ["--bind-ro"] = "config.binds",
        ["--cpu-time"] = "limits.command_cpu_time",
        ["--cpu-weight"] = "limits.cpu_weight",
        ["--cpus"] = "limits.cpu_millicores",
        ["--cpuset"] = "limits.cpu_set",
        ["--env"] = "environment",
        ["--fsize"] = "limits.file_size_bytes",
        ["--idle"] = "limits.command_idle_timeout",
        ["--io-read-bytes"] = "limits.io_read_bytes_per_second",
        ["--io-reads"] = "limits.io_reads_per_second",
        ["--io-weight"] = "limits.io_weight",
        ["--io-write-bytes"] = "limits.io_write_bytes_per_second",
        ["--io-writes"] = "limits.io_writes_per_second",
        ["--memory"] = "limits.memory_bytes",
        ["--memory-high"] = "limits.memory_high_bytes",
        ["--nofile"] = "limits.open_files",
        ["--output-limit"] = "limits.output_bytes",
        ["--pids"] = "limits.pids",
        ["--swap"] = "limits.swap_bytes",
        ["--timeout"] = "limits.command_timeout",
        ["--workdir"] = "command.working_directory",
    };

    /// <summary>The field of the API that <paramref name="option"/> stands for.</summary>
    public static string Of(string option) => s_fields.GetValueOrDefault(option, option);
}
