using AgentSandbox.Mcp.Tools;
using AgentSandbox.V1;
using Google.Protobuf.WellKnownTypes;

namespace AgentSandbox.Mcp.Running;

/// <summary>The arguments that every tool has which runs a command.</summary>
internal static class CommandRequest
{
    /// <summary>How much of each stream an answer shows if nobody says, in bytes.</summary>
    public const int UsualOutput = 32 * 1024;

    /// <summary>The arguments, as JSON Schema.</summary>
    public const string Properties = """
        "environment":{"type":"object","description":"Variables beyond the jail's.","additionalProperties":{"type":"string"},"maxProperties":256},
        "working_directory":{"type":"string","maxLength":4096,"description":"In the jail; left out: /workspace."},
        "timeout_seconds":{"type":"number","minimum":0.01,"maximum":2592000,"description":"It is ended after so long; left out: the profile's time, usually 300."},
        "max_output_bytes":{"type":"integer","minimum":256,"maximum":1048576,"description":"How much of stdout and of stderr the answer shows; left out: 32768. command_output has the rest."}
        """;

    /// <summary>What the daemon is asked to run.</summary>
    /// <param name="arguments">The arguments.</param>
    /// <param name="argv">The program and its arguments.</param>
    public static CommandConfig Config(Arguments arguments, IEnumerable<string> argv)
    {
        CommandConfig config = new() { Argv = { argv }, WorkingDirectory = arguments.Text("working_directory") ?? "" };
        foreach ((string name, string value) in arguments.Pairs("environment"))
        {
            config.Environment[name] = value;
        }

        if (arguments.Seconds("timeout_seconds") is TimeSpan time)
        {
            config.Limits = new Limits { CommandTimeout = Duration.FromTimeSpan(time) };
        }

        return config;
    }

    /// <summary>How much of each stream to show, in bytes.</summary>
    public static int MaxOutput(Arguments arguments) => (int)(arguments.Number("max_output_bytes") ?? UsualOutput);
}
