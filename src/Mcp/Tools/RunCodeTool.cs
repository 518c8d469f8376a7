using System.Globalization;
using System.Text;
using AgentSandbox.Mcp.Answers;
using AgentSandbox.Mcp.Running;

namespace AgentSandbox.Mcp.Tools;

/// <summary><c>run_code</c>: a program as text.</summary>
internal sealed class RunCodeTool() : SandboxTool(new ToolDefinition(
    "run_code",
    "Run code",
    ToolKind.Changes,
    ["command.run"],
    """
    Runs a program that is given as text, in /workspace, and waits for its end. Each language has a default jail of its profile (python, node, shell for bash, build for c), with files of its own;
    name a jail to run it where your files are. The code itself is not left in the workspace.
    """,
    $$$$"""
    {{{{{JailArgument}}}},
      "language":{"type":"string","enum":["python","node","bash","c"]},
      "code":{"type":"string","maxLength":1048576,"description":"The whole program."},
      "arguments":{"type":"array","items":{"type":"string"},"maxItems":1024,"description":"Its arguments."},
      "stdin":{"type":"string","description":"What it reads as stdin; left out: nothing."},
      {{{{CommandRequest.Properties}}}}}
    """,
    ["language", "code"],
    $$$$"""
    {"jail":{"type":"string"},"command":{"type":"string","description":"Its id in the jail."},"stdout":{"type":"string"},"stderr":{"type":"string"},"stdout_bytes":{"type":"integer"},
      "stderr_bytes":{"type":"integer"},"truncated":{"type":"boolean","description":"True: more was written than is shown."},{{{{CommandAnswers.EndProperties}}}}}
    """,
    ["jail", "command", "reason"]))
{
    // head reads no byte more than it is told: what follows the code on stdin is the program's.
    private const string Begin = "d=$(mktemp -d) && head -c \"$1\" >\"$d/";
    private const string Rest = "\" && shift && ";

    public override async Task<ToolAnswer> CallAsync(ToolCall call)
    {
        (string profile, string file, string run) = call.Arguments.Required("language") switch
        {
            "python" => ("python", "main.py", "exec python3 \"$d/main.py\" \"$@\""),
            "node" => ("node", "main.js", "exec node \"$d/main.js\" \"$@\""),
            "bash" => ("shell", "main.sh", "exec bash \"$d/main.sh\" \"$@\""),
            _ => ("build", "main.c", "gcc -O1 -Wall -o \"$d/main\" \"$d/main.c\" -lm && exec \"$d/main\" \"$@\""),
        };
        string jail = call.Session.Template.Workspace.Length > 0 ? await call.JailAsync().ConfigureAwait(false) // the files are there, whatever the language
            : call.Arguments.Text("jail") ?? await call.Session.Defaults.GetAsync(profile, call.Cancelled).ConfigureAwait(false);
        byte[] code = Encoding.UTF8.GetBytes(call.Arguments.Required("code"));
        byte[] input = [.. code, .. Encoding.UTF8.GetBytes(call.Arguments.Text("stdin") ?? "")];
        string script = Begin + file + Rest + run;
        string[] argv = ["sh", "-c", script, "run_code", code.Length.ToString(CultureInfo.InvariantCulture), .. call.Arguments.Texts("arguments")];
        return await CommandWait.RunAsync(call, jail, CommandRequest.Config(call.Arguments, argv), input).ConfigureAwait(false);
    }
}
