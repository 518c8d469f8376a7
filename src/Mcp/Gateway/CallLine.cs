namespace AgentSandbox.Mcp.Gateway;

/// <summary>A request to a server, as it is written down.</summary>
/// <param name="Time">When it began.</param>
/// <param name="Uid">Whose it was; null: the daemon did not say.</param>
/// <param name="Key">The API key that it came with; empty: none.</param>
/// <param name="Method">The method of the protocol: <c>tools/call</c>.</param>
/// <param name="Server">The server that was named.</param>
/// <param name="Name">The tool, prompt or address that was named.</param>
/// <param name="Arguments">SHA-256 of the arguments, with members in the order of their names.</param>
/// <param name="Outcome"><see cref="Done"/>, <see cref="ServerError"/>, <c>cancelled</c>, <c>failed</c>, or the code of the refusal.</param>
/// <param name="Duration">How long it took.</param>
public sealed record CallLine(DateTimeOffset Time, uint? Uid, string Key, string Method, string Server, string Name, string Arguments, string Outcome, TimeSpan Duration)
{
    /// <summary>The outcome of what the server did.</summary>
    public const string Done = "ok";

    /// <summary>The outcome of what the server says that it could not do.</summary>
    public const string ServerError = "tool-error";
}
