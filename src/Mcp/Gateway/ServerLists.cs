using System.Collections.Immutable;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace AgentSandbox.Mcp.Gateway;

/// <summary>Asks a server what it has, within bounds. It is asked only for what it said that it can do.</summary>
/// <param name="client">The server.</param>
/// <param name="fault">Ends it, because of what it does.</param>
internal sealed class ServerLists(McpClient client, Func<string, ServerFaultException> fault)
{
    private const int MaxPages = 100;
    private const int MaxEach = 1000;
    private const int MaxText = 4 * 1024 * 1024;
    private const int MaxName = 128;
    private const int MaxAddress = 2048;

    private ServerCapabilities Capabilities => client.ServerCapabilities;

    /// <summary>Its tools, by name.</summary>
    /// <exception cref="ServerFaultException">There are too many, or one is none.</exception>
    public async Task<ImmutableArray<Tool>> ToolsAsync(CancellationToken cancellationToken)
    {
        IReadOnlyCollection<Tool> tools = Capabilities.Tools is null ? [] : await PagesAsync(
            "tools",
            async cursor => await client.ListToolsAsync(new ListToolsRequestParams { Cursor = cursor }, cancellationToken).ConfigureAwait(false),
            page => page.Tools,
            tool => tool.Name,
            tool => (tool.Description ?? "").Length + tool.InputSchema.GetRawText().Length + (tool.OutputSchema?.GetRawText().Length ?? 0)).ConfigureAwait(false);
        return tools.FirstOrDefault(tool => !IsName(tool.Name)) is Tool unfit ? throw fault($"has a tool of the name '{ServerMessages.Visible(unfit.Name)}', which is none") : [.. tools];
    }

    /// <summary>Its prompts, by name. One whose name is no name is left out.</summary>
    /// <exception cref="ServerFaultException">There are too many.</exception>
    public async Task<ImmutableArray<Prompt>> PromptsAsync(CancellationToken cancellationToken) => Capabilities.Prompts is null ? [] :
    [
        .. (await PagesAsync(
            "prompts",
            async cursor => await client.ListPromptsAsync(new ListPromptsRequestParams { Cursor = cursor }, cancellationToken).ConfigureAwait(false),
            page => page.Prompts,
            prompt => prompt.Name,
            prompt => (prompt.Description ?? "").Length + (prompt.Arguments ?? []).Sum(argument => argument.Name.Length + (argument.Description ?? "").Length)).ConfigureAwait(false)).Where(prompt => IsName(prompt.Name)),
    ];

    /// <summary>Its resources, by address. One whose address is none is left out.</summary>
    /// <exception cref="ServerFaultException">There are too many.</exception>
    public async Task<ImmutableArray<Resource>> ResourcesAsync(CancellationToken cancellationToken) => Capabilities.Resources is null ? [] :
    [
        .. (await PagesAsync(
            "resources",
            async cursor => await client.ListResourcesAsync(new ListResourcesRequestParams { Cursor = cursor }, cancellationToken).ConfigureAwait(false),
            page => page.Resources,
            resource => resource.Uri,
            resource => resource.Name.Length + (resource.Description ?? "").Length).ConfigureAwait(false)).Where(resource => IsAddress(resource.Uri)),
    ];

    /// <summary>Its templates of addresses. One that is none is left out.</summary>
    /// <exception cref="ServerFaultException">There are too many.</exception>
    public async Task<ImmutableArray<ResourceTemplate>> TemplatesAsync(CancellationToken cancellationToken) => Capabilities.Resources is null ? [] :
    [
        .. (await PagesAsync(
            "resource templates",
            async cursor => await client.ListResourceTemplatesAsync(new ListResourceTemplatesRequestParams { Cursor = cursor }, cancellationToken).ConfigureAwait(false),
            page => page.ResourceTemplates,
            template => template.UriTemplate,
            template => template.Name.Length + (template.Description ?? "").Length).ConfigureAwait(false)).Where(template => IsAddress(template.UriTemplate)),
    ];

    private async Task<IReadOnlyCollection<T>> PagesAsync<TPage, T>(string what, Func<string?, Task<TPage>> ask, Func<TPage, IEnumerable<T>> items, Func<T, string> key, Func<T, long> size)
        where TPage : PaginatedResult
    {
        SortedDictionary<string, T> all = new(StringComparer.Ordinal);
        long text = 0;
        string? cursor = null;
        for (int pages = 0; pages == 0 || cursor is not null; pages++)
        {
            TPage page = pages < MaxPages ? await ask(cursor).ConfigureAwait(false) : throw fault($"lists its {what} on more than {MaxPages} pages");
            foreach (T item in items(page))
            {
                text += key(item).Length + size(item);
                _ = !all.TryAdd(key(item), item) ? throw fault($"lists two {what} of the name '{ServerMessages.Visible(key(item))}'")
                    : all.Count > MaxEach ? throw fault($"has more than {MaxEach} {what}")
                    : text > MaxText ? throw fault($"describes its {what} with more than {MaxText >> 20} Mi characters")
                    : true;
            }

            cursor = page.NextCursor;
        }

        return all.Values;
    }

    private static bool IsName(string name) => name.Length is > 0 and <= MaxName && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '-');

    private static bool IsAddress(string address) => address.Length <= MaxAddress && address.IndexOf(':', StringComparison.Ordinal) > 0 && address.All(c => c is > ' ' and < (char)0x7f);
}
