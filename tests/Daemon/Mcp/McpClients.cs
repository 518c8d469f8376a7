using System.Text.Json;
using AgentSandbox.Tests.Daemon.Cli;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;
using Xunit;

namespace AgentSandbox.Tests.Daemon.Mcp;

/// <summary>Connects the official C# client with <c>sandboxctl mcp</c>, and reads its answers.</summary>
internal static class McpClients
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Starts a server as a user, and connects with it. The caller disposes the client, which ends the server.</summary>
    /// <param name="cli">The daemon and the tool.</param>
    /// <param name="uid">The user.</param>
    /// <param name="options">Options of the server.</param>
    public static async Task<McpClient> StartAsync(CliFixture cli, uint uid, params string[] options)
    {
        Requires.Feature("root");
        StdioClientTransport transport = new(new StdioClientTransportOptions
        {
            Command = "setpriv",
            Arguments = [$"--reuid={uid}", $"--regid={uid}", "--clear-groups", cli.Executable, "mcp", "--allow-degraded", "all", .. options],
            EnvironmentVariables = cli.Environment().ToDictionary(variable => variable.Key, variable => (string?)variable.Value),
            ShutdownTimeout = TimeSpan.FromSeconds(30),
        });
        return await McpClient.CreateAsync(transport, cancellationToken: Token);
    }

    /// <summary>Calls a tool.</summary>
    public static async Task<CallToolResult> CallAsync(this McpClient client, string tool, params (string Name, object Value)[] arguments) =>
        await client.CallToolAsync(tool, arguments.ToDictionary(argument => argument.Name, argument => (object?)argument.Value), cancellationToken: Token);

    /// <summary>Calls a tool that must do what it is asked.</summary>
    /// <returns>Its structured answer.</returns>
    public static async Task<JsonElement> DoAsync(this McpClient client, string tool, params (string Name, object Value)[] arguments)
    {
        CallToolResult result = await client.CallAsync(tool, arguments);
        Assert.True(result.IsError != true, Text(result));
        return result.StructuredContent!.Value;
    }

    /// <summary>Calls a tool that must refuse.</summary>
    /// <returns>The refusal.</returns>
    public static async Task<JsonElement> RefusedAsync(this McpClient client, string tool, params (string Name, object Value)[] arguments)
    {
        CallToolResult result = await client.CallAsync(tool, arguments);
        Assert.True(result.IsError == true, Text(result));
        return result.StructuredContent!.Value.GetProperty("refusal");
    }

    /// <summary>A member of an object, as text.</summary>
    public static string Text(this JsonElement json, string name) => json.GetProperty(name).ToString();

    private static string Text(CallToolResult result) => string.Join('\n', result.Content.OfType<TextContentBlock>().Select(block => block.Text));
}
