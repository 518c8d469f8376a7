using ModelContextProtocol.Protocol;

namespace AgentSandbox.Mcp.Gateway;

/// <summary>The names under which clients know what servers have: <c>NAME__TOOL</c>, <c>NAME__PROMPT</c>, and <c>NAME+</c> before the address of a resource.</summary>
internal static class GatewayNames
{
    /// <summary>What stands between the name of a server and the address of its resource: with it the address is one still, of a scheme of the server's own.</summary>
    /// <remarks>Source: RFC 3986, 3.1: a scheme may have a plus; the name of a server has none.</remarks>
    private const char AddressSeparator = '+';

    /// <summary>The name of a tool or prompt.</summary>
    public static string Of(string server, string name) => $"{server}{GatewaySession.Separator}{name}";

    /// <summary>The server that a name names, and its own name there; without a server, the server is empty.</summary>
    public static (string Server, string Name) Split(string name) =>
        name.IndexOf(GatewaySession.Separator, StringComparison.Ordinal) is > 0 and int end ? (name[..end], name[(end + GatewaySession.Separator.Length)..]) : ("", name);

    /// <summary>The address of a resource, or of a template.</summary>
    public static string AddressOf(string server, string address) => $"{server}{AddressSeparator}{address}";

    /// <summary>The server that an address names, and the address there; without a server, the server is empty.</summary>
    public static (string Server, string Name) SplitAddress(string address) =>
        address.IndexOf(AddressSeparator, StringComparison.Ordinal) is > 0 and int end ? (address[..end], address[(end + 1)..]) : ("", address);

    /// <summary>Gives the addresses in an answer of a server the form that its client can ask for.</summary>
    public static void Address(string server, ContentBlock block)
    {
        if (block is ResourceLinkBlock link)
        {
            link.Uri = AddressOf(server, link.Uri);
        }
        else if (block is EmbeddedResourceBlock { Resource: ResourceContents contents })
        {
            contents.Uri = AddressOf(server, contents.Uri);
        }
    }
}
