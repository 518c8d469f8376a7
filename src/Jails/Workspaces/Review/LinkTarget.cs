namespace AgentSandbox.Jails.Workspaces.Review;

/// <summary>Where a symbolic link leads, by its text alone.</summary>
internal static class LinkTarget
{
    private const byte Slash = (byte)'/';

    /// <summary>True if the link at <paramref name="path"/> may lead out of the tree: it is absolute, climbs above the root, or climbs after it went down, for then it may have gone through
    /// another link and be elsewhere than it looks.</summary>
    internal static bool Leaves(ReadOnlySpan<byte> path, ReadOnlySpan<byte> target)
    {
        if (target.StartsWith("/"u8) || target.Contains((byte)'\\') || target.IndexOf((byte)':') == 1)
        {
            return true; // the last two: absolute for Windows, or climbing there
        }

        int depth = path.Count(Slash);
        bool wentDown = false;
        foreach (Range range in target.Split(Slash))
        {
            ReadOnlySpan<byte> part = target[range];
            if (part.SequenceEqual(".."u8))
            {
                depth--;
                if (depth < 0 || wentDown)
                {
                    return true;
                }
            }
            else
            {
                wentDown |= !part.IsEmpty && !part.SequenceEqual("."u8);
            }
        }

        return false;
    }
}
