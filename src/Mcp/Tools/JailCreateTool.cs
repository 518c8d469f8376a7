using System.Globalization;
using AgentSandbox.Mcp.Answers;
using AgentSandbox.Mcp.Session;
using AgentSandbox.V1;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace AgentSandbox.Mcp.Tools;

/// <summary><c>jail_create</c>: a jail that stays.</summary>
internal sealed class JailCreateTool() : SandboxTool(new ToolDefinition(
    "jail_create",
    "Make a jail",
    ToolKind.Adds,
    ["jail.create"],
    """
    Makes a jail of your own and gives its id, for the argument jail of the other tools. Only needed for another profile, other limits or a second set of files: without it
    every tool uses a default jail. It ends with jail_delete, after its time_to_live_seconds, or when it was idle for idle_timeout_seconds; it outlives this session.
    """,
    """
    {"profile":{"type":"string","maxLength":64,"description":"What it is; the resource sandbox:///profiles lists them. Left out: as the default jail."},
      "limits":{"type":"object","description":"Other limits than the profile's, up to its ceilings and your role's.","additionalProperties":false,"properties":{
        "memory_bytes":{"type":"integer","minimum":1048576},"cpus":{"type":"number","minimum":0.01,"maximum":1024},"processes":{"type":"integer","minimum":2,"maximum":4194304},
        "timeout_seconds":{"type":"number","minimum":0.01,"maximum":2592000,"description":"Of each command."},
        "cpu_seconds":{"type":"number","minimum":0.01,"maximum":2592000,"description":"CPU time of each command."},
        "output_bytes":{"type":"integer","minimum":0,"description":"What a command may write to stdout and stderr before it is ended."},
        "open_files":{"type":"integer","minimum":16,"maximum":1048576},"file_size_bytes":{"type":"integer","minimum":0}}},
      "environment":{"type":"object","description":"Variables of every command.","additionalProperties":{"type":"string"},"maxProperties":256},
      "labels":{"type":"object","description":"Marks to find it by.","additionalProperties":{"type":"string"},"maxProperties":30},
      "workspace":{"type":"string","pattern":"^(new|w-[a-z0-9]{1,32})$","description":"A workspace that outlives the jail and has snapshots: new, or one that there is, as workspace_fork gives it. Left out: memory, which goes with the jail."},
      "workspace_bytes":{"type":"integer","minimum":1048576,"description":"The size of a new workspace; left out: 1 GiB."},
      "time_to_live_seconds":{"type":"number","minimum":1,"maximum":2592000,"description":"Left out: no end for its age."},
      "idle_timeout_seconds":{"type":"number","minimum":1,"maximum":2592000,"description":"Left out: 3600."}}
    """,
    [],
    $$$$"""{{{{{JailAnswers.Properties}}}}}""",
    ["jail", "profile", "state"]))
{
    private const int MillicoresPerCore = 1000;
    private static readonly TimeSpan s_idleTimeout = TimeSpan.FromHours(1);

    public override async Task<ToolAnswer> CallAsync(ToolCall call)
    {
        JailConfig config = call.Session.Template.Clone();
        config.Profile = call.Arguments.Text("profile") ?? config.Profile;
        config.Labels[DefaultJails.Label] = "made";
        config.TimeToLive = Span(call.Arguments.Seconds("time_to_live_seconds"));
        config.IdleTimeout = Duration.FromTimeSpan(call.Arguments.Seconds("idle_timeout_seconds") ?? s_idleTimeout);
        foreach ((string name, string value) in call.Arguments.Pairs("labels"))
        {
            config.Labels[name] = value;
        }

        foreach ((string name, string value) in call.Arguments.Pairs("environment"))
        {
            config.Environment[name] = value;
        }

        if (call.Arguments.Group("limits") is Arguments limits)
        {
            config.Limits ??= new Limits();
            SetLimits(config.Limits, limits);
        }

        Jail jail = await MakeAsync(call, config).ConfigureAwait(false);
        string without = jail.Degraded.Count == 0 ? "" : $" This host lacks {string.Join(", ", jail.Degraded)}.";
        return new ToolAnswer(
            string.Create(CultureInfo.InvariantCulture, $"{jail.Id} is there (profile {jail.Profile}). It ends when it was idle for {jail.IdleTimeout.ToTimeSpan().TotalSeconds} s, or with jail_delete.{without}"),
            JailAnswers.Of(jail, isDefault: false));
    }

    // No tokens: what was made is told, or removed.
    private static async Task<Jail> MakeAsync(ToolCall call, JailConfig config)
    {
        string workspace = call.Arguments.Text("workspace") ?? "";
        bool isNew = workspace == "new";
        config.Workspace = isNew
            ? (await call.Session.Workspaces.CreateWorkspaceAsync(new CreateWorkspaceRequest { SizeBytes = call.Arguments.Number("workspace_bytes") ?? 0 }, cancellationToken: CancellationToken.None).ConfigureAwait(false)).Id
            : workspace;
        try
        {
            return await call.Session.Jails.CreateJailAsync(new CreateJailRequest { Config = config }, cancellationToken: CancellationToken.None).ConfigureAwait(false);
        }
        catch (RpcException) when (isNew)
        {
            await call.Session.Workspaces.DeleteWorkspaceAsync(new DeleteWorkspaceRequest { Id = config.Workspace }, cancellationToken: CancellationToken.None).ConfigureAwait(false);
            throw;
        }
    }

    private static void SetLimits(Limits limits, Arguments asked)
    {
        Set(asked.Number("memory_bytes"), value => limits.MemoryBytes = value);
        Set(asked.Number("processes"), value => limits.Pids = value);
        Set(asked.Number("output_bytes"), value => limits.OutputBytes = value);
        Set(asked.Number("open_files"), value => limits.OpenFiles = value);
        Set(asked.Number("file_size_bytes"), value => limits.FileSizeBytes = value);
        Set(asked.Real("cpus"), value => limits.CpuMillicores = (long)(value * MillicoresPerCore));
        limits.CommandTimeout = Span(asked.Seconds("timeout_seconds")) ?? limits.CommandTimeout;
        limits.CommandCpuTime = Span(asked.Seconds("cpu_seconds")) ?? limits.CommandCpuTime;
    }

    private static Duration? Span(TimeSpan? span) => span is TimeSpan given ? Duration.FromTimeSpan(given) : null;

    private static void Set<T>(T? value, Action<T> set)
        where T : struct
    {
        if (value is T given)
        {
            set(given);
        }
    }
}
