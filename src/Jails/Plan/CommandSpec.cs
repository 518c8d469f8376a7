using System.Collections.Immutable;

namespace AgentSandbox.Jails.Plan;

/// <summary>A command to run in a jail.</summary>
public sealed record CommandSpec
{
    /// <summary>The program and its arguments; at least one. A program without a slash is looked up in the jail's PATH.</summary>
    public required ImmutableArray<string> Argv { get; init; }

    /// <summary>Variables beyond the jail's own.</summary>
    public ImmutableSortedDictionary<string, string> Environment { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>The working directory inside the jail, or null: its workspace.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>True: stdin, stdout and stderr are a terminal of the jail's own, and the command's controlling one.</summary>
    public bool Terminal { get; init; }

    /// <summary>Limits that are tighter than the jail's.</summary>
    public CommandLimits Limits { get; init; } = new();

    /// <summary>True: no other command is expected in the jail after it.</summary>
    public bool IsLast { get; init; }
}
