namespace AgentSandbox.Ctl.Client;

/// <summary>The daemon names what it refuses by the fields of its API; people know the options of <c>sandboxctl</c>.</summary>
internal static class OptionNames
{
    private static readonly Dictionary<string, string> s_options = new(StringComparer.Ordinal)
    {
        ["command"] = "COMMAND",
        ["command.argv"] = "COMMAND",
        ["command.limits.command_cpu_time"] = "--cpu-time",
        ["command.limits.command_idle_timeout"] = "--idle",
        ["command.limits.command_timeout"] = "--timeout",
        ["command.limits.output_bytes"] = "--output-limit",
        ["command.working_directory"] = "--workdir",
        ["config.allow_degraded"] = "--allow-degraded",
        ["config.binds"] = "--bind",
        ["config.idle_timeout"] = "--idle-timeout",
        ["config.labels"] = "--label",
        ["config.profile"] = "--profile",
        ["config.time_to_live"] = "--ttl",
        ["config.workspace"] = "--workspace",
        ["description"] = "--message",
        ["environment"] = "--env",
        ["expires_in"] = "--expires",
        ["idempotency_key"] = "--idempotency-key",
        ["interval"] = "--interval",
        ["kind"] = "--kind",
        ["limit"] = "--limit",
        ["from"] = "--from",
        ["labels"] = "--label",
        ["max_files"] = "--files",
        ["name"] = "NAME",
        ["path"] = "--path",
        ["size_bytes"] = "--size",
        ["snapshot"] = "--snapshot",
        ["text_lines"] = "--lines",
        ["to"] = "--to",
        ["limits.command_cpu_time"] = "--cpu-time",
        ["limits.command_idle_timeout"] = "--idle",
        ["limits.command_timeout"] = "--timeout",
        ["limits.cpu_millicores"] = "--cpus",
        ["limits.cpu_set"] = "--cpuset",
        ["limits.cpu_weight"] = "--cpu-weight",
        ["limits.file_size_bytes"] = "--fsize",
        ["limits.io_read_bytes_per_second"] = "--io-read-bytes",
        ["limits.io_reads_per_second"] = "--io-reads",
        ["limits.io_weight"] = "--io-weight",
        ["limits.io_write_bytes_per_second"] = "--io-write-bytes",
        ["limits.io_writes_per_second"] = "--io-writes",
        ["limits.memory_bytes"] = "--memory",
        ["limits.memory_high_bytes"] = "--memory-high",
        ["limits.open_files"] = "--nofile",
        ["limits.output_bytes"] = "--output-limit",
        ["limits.pids"] = "--pids",
        ["limits.swap_bytes"] = "--swap",
        ["roles"] = "--role",
        ["terminal"] = "--tty",
        ["uid"] = "--uid",
    };

    /// <summary>The option that <paramref name="field"/> comes from; the field itself if it comes from none.</summary>
    public static string Of(string field) => s_options.GetValueOrDefault(field.StartsWith("config.labels.", StringComparison.Ordinal) ? "config.labels" : field, field);
}
