namespace AgentSandbox.Audit;

/// <summary>What is wrong at the first place where a chain does not hold.</summary>
public enum AuditBreakKind
{
    /// <summary>The line holds no entry.</summary>
    Unreadable,

    /// <summary>The entry's content is not what was written: its hash is another.</summary>
    Edited,

    /// <summary>Entries are missing before it.</summary>
    Missing,

    /// <summary>It comes after entries that were written later.</summary>
    Reordered,

    /// <summary>It is there twice.</summary>
    Duplicated,

    /// <summary>It has the right number, and follows an entry that is not the one before it: a part was written anew.</summary>
    Forked,

    /// <summary>Entries are missing at the end.</summary>
    Truncated,
}
