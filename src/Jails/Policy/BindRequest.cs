namespace AgentSandbox.Jails.Policy;

/// <summary>A host path that a caller wants to see in the jail.</summary>
/// <param name="Source">Absolute host path.</param>
/// <param name="Target">Absolute path in the jail.</param>
/// <param name="Writable">True: programs may write, and what they write belongs to the caller.</param>
public sealed record BindRequest(string Source, string Target, bool Writable)
{
    /// <summary>The option that asks for this bind, for errors.</summary>
    public string Field => Writable ? "--bind" : "--bind-ro";

    /// <summary>Parses <c>SRC[:DST]</c>; without DST it is SRC.</summary>
    /// <exception cref="PolicyException">Empty, or more than one colon.</exception>
    public static BindRequest Parse(string text, bool writable)
    {
        string[] parts = text.Split(':');
        BindRequest bind = new(parts[0], parts[^1], writable);
        return parts.Length > 2 || parts.Contains("")
            ? throw new PolicyException(bind.Field, $"'{text}' is not SRC[:DST]")
            : bind;
    }
}
