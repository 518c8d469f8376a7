using AgentSandbox.Mcp.Answers;

namespace AgentSandbox.Mcp.Tools;

/// <summary>A tool of the server.</summary>
/// <param name="definition">What a client is told of it.</param>
internal abstract class SandboxTool(ToolDefinition definition)
{
    /// <summary>The argument that names the jail, in every tool that has one.</summary>
    protected const string JailArgument = """
        "jail":{"type":"string","pattern":"^j-[a-z0-9]{1,32}$","description":"The jail's id, as jail_create and jail_list give it. Left out: your default jail, which is made at first use and ends with this session."}
        """;

    /// <summary>What a client is told of it.</summary>
    public ToolDefinition Definition { get; } = definition;

    /// <summary>Does what it is for.</summary>
    /// <param name="call">The call; its arguments are as the input schema says.</param>
    /// <exception cref="ToolException">It cannot be done.</exception>
    /// <exception cref="global::Grpc.Core.RpcException">The daemon refuses.</exception>
    public abstract Task<ToolAnswer> CallAsync(ToolCall call);
}
