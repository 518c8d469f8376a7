using AgentSandbox.Jails.Policy;

namespace AgentSandbox.Daemon.Api;

/// <summary>Lists in pages: each page begins after the last token of the one before.</summary>
internal static class Paging
{
    private const int UsualPage = 100;
    private const int LargestPage = 1000;

    /// <summary>A page.</summary>
    /// <param name="items">All, in the order of their tokens.</param>
    /// <param name="tokenOf">Where an item stands, as text that sorts.</param>
    /// <param name="pageSize">As the request has it.</param>
    /// <param name="pageToken">As the request has it.</param>
    /// <returns>The page, and the token of the next; empty: there is none.</returns>
    /// <exception cref="PolicyException">The size is none.</exception>
    public static (T[] Page, string Next) Take<T>(IEnumerable<T> items, Func<T, string> tokenOf, int pageSize, string pageToken)
    {
        int size = pageSize switch
        {
            0 => UsualPage,
            > 0 and <= LargestPage => pageSize,
            _ => throw new PolicyException("page_size", $"is 1 to {LargestPage}, or 0 for {UsualPage}"),
        };
        T[] rest = [.. items.SkipWhile(item => string.CompareOrdinal(tokenOf(item), pageToken) <= 0).Take(size + 1)];
        return rest.Length > size ? (rest[..size], tokenOf(rest[size - 1])) : (rest, "");
    }
}
