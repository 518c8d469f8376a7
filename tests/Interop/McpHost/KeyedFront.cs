using System.Net.Sockets;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace AgentSandbox.Tests.Interop.Mcp;

/// <summary>Hands each request to the server's socket with an API key, which the suite cannot send; nothing else of it is changed.</summary>
internal sealed class KeyedFront : IDisposable
{
    private static readonly string[] s_ours = ["Transfer-Encoding", "Connection"];

    private readonly HttpClient _server;

    /// <summary>A front before a server's socket.</summary>
    public KeyedFront(string socket) => _server = new HttpClient(new SocketsHttpHandler
    {
        ConnectCallback = async (_, token) =>
        {
            Socket connection = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await connection.ConnectAsync(new UnixDomainSocketEndPoint(socket), token);
            return new NetworkStream(connection, ownsSocket: true);
        },
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    /// <summary>Hands a request on, and its answer back as it comes.</summary>
    public async Task ForwardAsync(HttpContext context)
    {
        using HttpRequestMessage request = new(new HttpMethod(context.Request.Method), "http://localhost/");
        request.Content = HttpMethods.IsPost(context.Request.Method) ? new StreamContent(context.Request.Body) : null;
        foreach ((string name, Microsoft.Extensions.Primitives.StringValues values) in context.Request.Headers.Where(header => !s_ours.Contains(header.Key, StringComparer.OrdinalIgnoreCase)))
        {
            if (!request.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values))
            {
                request.Content?.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values);
            }
        }

        request.Headers.TryAddWithoutValidation("Authorization", "Bearer ask_test");
        using HttpResponseMessage response = await _server.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, context.RequestAborted);
        context.Response.StatusCode = (int)response.StatusCode;
        foreach ((string name, IEnumerable<string> values) in response.Headers.Concat(response.Content.Headers).Where(header => !s_ours.Contains(header.Key, StringComparer.OrdinalIgnoreCase)))
        {
            context.Response.Headers[name] = values.ToArray();
        }

        context.Features.GetRequiredFeature<IHttpResponseBodyFeature>().DisableBuffering();
        await context.Response.StartAsync(context.RequestAborted);
        await response.Content.CopyToAsync(context.Response.Body, context.RequestAborted);
    }

    public void Dispose() => _server.Dispose();
}
