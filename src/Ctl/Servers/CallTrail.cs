using AgentSandbox.Audit;
using AgentSandbox.Mcp.Gateway;

namespace AgentSandbox.Ctl.Servers;

/// <summary>What the gateway did for its callers, as a trail in a chain. Only the user can read it.</summary>
/// <param name="folder">Where it is; it is made when it is needed.</param>
internal sealed class CallTrail(string folder) : ICallLog
{
    /// <summary>The file's name.</summary>
    public const string FileName = "calls.jsonl";

    private readonly SharedAuditTrail _trail = new(folder, FileName, TimeProvider.System);

    /// <inheritdoc/>
    public void Check()
    {
        PinFolder.Make(folder);
        _trail.Check();
    }

    /// <inheritdoc/>
    public void Write(CallLine line) =>
        _trail.Write(AuditRecord.About(AuditKind.McpCall, $"{line.Method} {line.Server} {line.Name}: {line.Outcome}").PeerUid(line.Uid).KeyId(line.Key.Length == 0 ? null : line.Key)
            .Request(line.Method).Server(line.Server).Tool(line.Name).ArgumentsHash(line.Arguments).Outcome(line.Outcome).WallTime(line.Duration).Build());
}
