using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using AgentSandbox.Mcp.Answers;
using AgentSandbox.Mcp.Session;
using AgentSandbox.V1;

namespace AgentSandbox.Mcp.Running;

/// <summary>How a command ended and what it wrote, as answers.</summary>
internal static class CommandAnswers
{
    /// <summary>The properties of such an answer, as JSON Schema.</summary>
    public const string EndProperties = """
        "reason":{"type":"string","enum":["exited","signaled","oom_killed","timed_out","output_limit","killed","jail_ended","start_failed","unknown"],"description":"Why it ended."},
        "exit_code":{"type":"integer","description":"As a shell has it: the command's own, 128+n for signal n, 124 for a time-out."},
        "ended":{"type":"string","description":"How it ended, in words."},
        "wall_ms":{"type":"integer"},"cpu_ms":{"type":"integer"},"memory_peak_bytes":{"type":"integer"}
        """;

    /// <summary>How it ended, as members of an object.</summary>
    public static void AddEnd(JsonObject json, CommandEnd end)
    {
        json["reason"] = ReasonName(end.Reason);
        json["exit_code"] = end.ExitCode;
        json["ended"] = end.Text;
        AddUsage(json, end.Usage);
    }

    /// <summary>What it used, as members of an object.</summary>
    public static void AddUsage(JsonObject json, Usage? usage)
    {
        if (usage?.Wall is not null)
        {
            json["wall_ms"] = (long)usage.Wall.ToTimeSpan().TotalMilliseconds;
        }

        if (usage?.User is not null)
        {
            json["cpu_ms"] = (long)(usage.User.ToTimeSpan() + (usage.System?.ToTimeSpan() ?? TimeSpan.Zero)).TotalMilliseconds;
        }

        if (usage is { HasMemoryPeakBytes: true })
        {
            json["memory_peak_bytes"] = usage.MemoryPeakBytes;
        }
    }

    /// <summary>The answer of a command that was waited for.</summary>
    /// <param name="jail">Its jail.</param>
    /// <param name="command">The command.</param>
    /// <param name="end">How it ended.</param>
    /// <param name="most">How much of each stream to show, in bytes.</param>
    public static ToolAnswer Of(string jail, RunningCommand command, CommandEnd end, int most)
    {
        string stdout = Shown(command.Stdout, jail, command.Id, "stdout", most);
        string stderr = Shown(command.Stderr, jail, command.Id, "stderr", most);
        JsonObject json = new()
        {
            ["jail"] = jail,
            ["stdout"] = stdout,
            ["stderr"] = stderr,
            ["stdout_bytes"] = command.Stdout.Length,
            ["stderr_bytes"] = command.Stderr.Length,
            ["truncated"] = command.Stdout.Length > most || command.Stderr.Length > most,
        };
        AddEnd(json, end);
        if (command.Id.Length > 0)
        {
            json["command"] = command.Id;
        }

        StringBuilder text = new();
        text.Append(stdout);
        if (stderr.Length > 0)
        {
            text.Append(stdout.Length > 0 && stdout[^1] != '\n' ? "\n" : "").Append("[stderr]\n").Append(stderr);
        }

        text.Append(text.Length > 0 && text[^1] != '\n' ? "\n" : "");
        Refusal? limit = LimitOf(end);
        text.Append(CultureInfo.InvariantCulture, $"[{(command.Id.Length > 0 ? $"{command.Id} in " : "")}{jail}: {end.Text}]");
        if (limit is not null)
        {
            json["refusal"] = limit.Json;
            text.Append('\n').Append(limit.Text);
        }

        return new ToolAnswer(text.ToString(), json) { IsError = limit is not null };
    }

    /// <summary>A reason's name.</summary>
    public static string ReasonName(EndReason reason) => reason switch
    {
        EndReason.Exited => "exited",
        EndReason.Signaled => "signaled",
        EndReason.OomKilled => "oom_killed",
        EndReason.TimedOut => "timed_out",
        EndReason.OutputLimit => "output_limit",
        EndReason.Killed => "killed",
        EndReason.JailEnded => "jail_ended",
        EndReason.StartFailed => "start_failed",
        _ => "unknown",
    };

    // A command that ends by itself, with whatever status, did what it does: only what the sandbox ended is an error.
    private static Refusal? LimitOf(CommandEnd end) => end.Reason switch
    {
        EndReason.OomKilled => new("the command was ended", end.Text, "make it use less memory, or make a jail with more (jail_create with limits.memory_bytes)")
        {
            Code = "MEMORY_LIMIT", Rule = "limits.memory_bytes of the jail",
        },
        EndReason.TimedOut => new("the command was ended", end.Text, end.Clock switch
        {
            "cpu" => "make it compute less, or make a jail with limits.cpu_seconds",
            "idle" => "have it write something now and then",
            _ => "give a longer timeout_seconds, run it with background true, or do less at once",
        })
        {
            Code = "TIME_LIMIT", Rule = $"{end.Clock} time limit of the command",
        },
        EndReason.OutputLimit => new("the command was ended", end.Text, "send its output to a file and read parts of that, or filter it")
        {
            Code = "OUTPUT_LIMIT", Rule = "output limit of the command",
        },
        EndReason.JailEnded => new("the command was ended", end.Text, "call again without 'jail' for a new default jail, or make one; files of the old one are gone") { Code = "JAIL_ENDED" },
        EndReason.StartFailed => new("the command did not start", end.Text, "check that the program is there (run_command with a shell line such as 'command -v NAME') or choose another profile") { Code = "START_FAILED" },
        _ => null,
    };

    private static string Shown(KeptStream stream, string jail, string command, string name, int most)
    {
        long length = stream.Length;
        (byte[] head, long start) = stream.Read(0, most);
        (byte[] tail, _) = stream.Read(length - (most / 2), most / 2);
        return OutputText.Of(start == 0 ? head : [], tail, length, most, at => start == 0
            ? $"command_output with jail {jail}, command {command}, stream {name}, offset {at} has them"
            : $"command_output with jail {jail}, command {command}, stream {name} has the newest {KeptStream.Capacity}; what was before is gone");
    }
}
