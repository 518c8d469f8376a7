using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace AgentSandbox.Tests.Interop.Mcp;

/// <summary>What a tool of the suite does.</summary>
internal delegate ValueTask<CallToolResult> FixtureTool(RequestContext<CallToolRequestParams> request, CancellationToken cancelled);
