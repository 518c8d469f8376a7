using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace AgentSandbox.Tests.Interop.Mcp;

/// <summary>The resources of the suite.</summary>
internal static class FixtureResources
{
    private const string Text = "test://static-text";
    private const string Binary = "test://static-binary";
    private const string Watched = "test://watched-resource";
    private const string TemplateStart = "test://template/";
    private const string TemplateEnd = "/data";

    /// <summary>Those with an address.</summary>
    public static ListResourcesResult List() => new()
    {
        Resources = [new Resource { Uri = Text, Name = "text", MimeType = "text/plain" }, new Resource { Uri = Binary, Name = "binary", MimeType = "image/png" }, new Resource { Uri = Watched, Name = "watched", MimeType = "text/plain" }],
        TimeToLive = TimeSpan.FromMinutes(1),
        CacheScope = CacheScope.Private,
    };

    /// <summary>Those with something to fill in.</summary>
    public static ListResourceTemplatesResult Templates() => new()
    {
        ResourceTemplates = [new ResourceTemplate { UriTemplate = $"{TemplateStart}{{id}}{TemplateEnd}", Name = "template", MimeType = "application/json" }],
        TimeToLive = TimeSpan.FromMinutes(1),
        CacheScope = CacheScope.Private,
    };

    /// <summary>One.</summary>
    public static ReadResourceResult Read(string uri) => new()
    {
        Contents =
        [
            uri is Text or Watched ? new TextResourceContents { Uri = uri, MimeType = "text/plain", Text = "a text" }
            : uri == Binary ? BlobResourceContents.FromBytes(Samples.Png, uri, "image/png")
            : uri.StartsWith(TemplateStart, StringComparison.Ordinal) && uri.EndsWith(TemplateEnd, StringComparison.Ordinal)
                ? new TextResourceContents { Uri = uri, MimeType = "application/json", Text = $$"""{"id":"{{uri[TemplateStart.Length..^TemplateEnd.Length]}}"}""" }
            : throw new McpProtocolException($"there is no resource {uri}", McpErrorCode.InvalidParams) { Data = { ["uri"] = uri } },
        ],
        TimeToLive = TimeSpan.Zero,
        CacheScope = CacheScope.Private,
    };
}
