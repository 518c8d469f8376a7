using AgentSandbox.V1;

namespace AgentSandbox.Ctl.Client;

/// <summary>Lists that come in pages.</summary>
internal static class JailLists
{
    private const int PageSize = 1000;

    /// <summary>All jails that the caller may see and that have these labels, the oldest first.</summary>
    public static async Task<List<Jail>> ReadAsync(DaemonConnection daemon, params (string Name, string Value)[] labels)
    {
        List<Jail> all = [];
        ListJailsRequest request = new() { PageSize = PageSize };
        foreach ((string name, string value) in labels)
        {
            request.Labels[name] = value;
        }

        do
        {
            ListJailsResponse page = await daemon.Jails.ListJailsAsync(request).ConfigureAwait(false);
            all.AddRange(page.Jails);
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
        return all;
    }
}
