namespace AgentSandbox.Audit;

/// <summary>Finds the first entry that was edited, taken out, put elsewhere or put in.</summary>
/// <remarks>Who can write the files can write a whole new chain: compare <see cref="AuditVerdict.Last"/> with a hash that was kept elsewhere, as the journal's.</remarks>
public static class AuditVerifier
{
    /// <summary>Checks the files that <paramref name="path"/> was rotated to, and it.</summary>
    /// <param name="path">The youngest file.</param>
    /// <param name="stateDirectory">Where the daemon's state is, to see if entries are missing at the end; or null.</param>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static AuditVerdict VerifyFiles(string path, string? stateDirectory = null)
    {
        AuditHead? head = stateDirectory is null ? null : AuditState.ReadHead(stateDirectory); // read first: meanwhile the daemon may write more
        return Verify(AuditReader.ReadAll(path), head);
    }

    /// <summary>Checks entries in the order of <paramref name="lines"/>, oldest first.</summary>
    /// <param name="lines">The entries.</param>
    /// <param name="head">Where the chain must come to at least; null if that is not known.</param>
    public static AuditVerdict Verify(IEnumerable<AuditLine> lines, AuditHead? head = null)
    {
        long count = 0;
        long first = 0;
        AuditEntry? before = null;
        string place = "the beginning";
        foreach (AuditLine line in lines)
        {
            if (line is { IsReplay: true, Entry: { IsGenuine: true } again } && again.Head == before?.Head)
            {
                continue; // after a crash, once more and word for word
            }

            if (FindBreak(before, line) is { } found)
            {
                return new(count, first, before?.Head ?? AuditHead.Start, found);
            }

            before = line.Entry!;
            place = line.Place;
            first = count++ == 0 ? before.Sequence : first;
        }

        return new(count, first, before?.Head ?? AuditHead.Start, FindEndBreak(before, place, head));
    }

    private static AuditBreak? FindBreak(AuditEntry? before, AuditLine line)
    {
        long expected = before is null ? 0 : before.Sequence + 1;
        if (line.Entry is not { } entry)
        {
            return new(AuditBreakKind.Unreadable, expected, line.Place, line.Problem);
        }

        if (!entry.IsGenuine)
        {
            return new(AuditBreakKind.Edited, entry.Sequence, line.Place, "its content has another hash than it says");
        }

        if (before is null)
        {
            return entry.Sequence == 1 && entry.PreviousHash != AuditEntry.NoHash
                ? new(AuditBreakKind.Forked, entry.Sequence, line.Place, "the first record names one before it")
                : null;
        }

        if (entry.Sequence == expected)
        {
            return entry.PreviousHash == before.Hash ? null : new(AuditBreakKind.Forked, entry.Sequence, line.Place, "it follows another record than the one before it here");
        }

        return entry.Sequence > expected ? new(AuditBreakKind.Missing, expected, line.Place, entry.Sequence == expected + 1 ? $"{entry.Sequence} comes after {before.Sequence}" : $"{expected} to {entry.Sequence - 1} are not there")
            : entry.Hash == before.Hash ? new(AuditBreakKind.Duplicated, entry.Sequence, line.Place, "it is there twice")
            : new(AuditBreakKind.Reordered, entry.Sequence, line.Place, $"it comes after {before.Sequence}");
    }

    private static AuditBreak? FindEndBreak(AuditEntry? before, string place, AuditHead? head)
    {
        if (head is not { } wanted || wanted.Sequence == 0)
        {
            return null;
        }

        long last = before?.Sequence ?? 0;
        return last < wanted.Sequence ? new(AuditBreakKind.Truncated, last + 1, place, $"{last + 1} to {wanted.Sequence} were written and are not there")
            : last == wanted.Sequence && before!.Hash != wanted.Hash ? new(AuditBreakKind.Forked, last, place, "the daemon wrote another record with this number")
            : null;
    }
}
