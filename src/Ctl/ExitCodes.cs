namespace AgentSandbox.Ctl;

/// <summary>The exit statuses that are not a command's own.</summary>
internal static class ExitCodes
{
    /// <summary>The command line is wrong.</summary>
    public const int Usage = 2;

    /// <summary>What was asked of a command that runs nothing was refused or failed.</summary>
    public const int Failed = 1;

    /// <summary>A comparison was refused or failed; 1 says that something differs.</summary>
    public const int Trouble = 2;

    /// <summary>The sandbox refused or failed.</summary>
    public const int Refused = 125;

    /// <summary>The program is there and cannot be executed.</summary>
    public const int NotExecutable = 126;

    /// <summary>The jail has no such program.</summary>
    public const int NotFound = 127;

    /// <summary>What a refusal or failure of <paramref name="command"/> comes to: where a command's own status may come out, it must not look like one.</summary>
    public static int OfRefusal(string command) => command switch
    {
        "run" or "exec" or "selftest" => Refused,
        "diff" => Trouble,
        _ => Failed,
    };
}
