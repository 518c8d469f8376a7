namespace AgentSandbox.Mcp.Schema;

/// <summary>What checking one value may cost: schemas and values come from others.</summary>
internal sealed class SchemaBudget
{
    /// <summary>How deep schemas and values may be.</summary>
    public const int MaxDepth = 64;

    private const int MaxSteps = 200_000;

    private int _steps;

    /// <summary>One comparison more.</summary>
    /// <param name="depth">How deep it is.</param>
    /// <exception cref="SchemaLimitException">It is too deep, or one too many.</exception>
    public void Spend(int depth)
    {
        if (depth > MaxDepth || ++_steps > MaxSteps)
        {
            throw new SchemaLimitException(depth > MaxDepth ? $"deeper than {MaxDepth} levels" : $"more than {MaxSteps} comparisons");
        }
    }
}
