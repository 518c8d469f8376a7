using System.Net;
using System.Net.Sockets;
using AgentSandbox.Tests.Grpc.Hosting;
using Grpc.Core;
using Xunit;

namespace AgentSandbox.Tests.Grpc.EndToEnd;

/// <summary>What a request gets that is HTTP/2 and not quite gRPC.</summary>
public sealed class HttpTests : IAsyncLifetime
{
    private GrpcTestServer _server = null!;
    private HttpMessageInvoker _http = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await GrpcTestServer.StartAsync(Methods.ServeUnary((request, context) =>
        {
            context.ResponseTrailers.Add("k", "v");
            return Task.FromResult(request);
        }));
        _http = new(new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancellationToken) =>
            {
                Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(_server.SocketPath), cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            },
        });
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task ACall_HasItsStatusInTrailers()
    {
        using HttpResponseMessage response = await SendAsync();
        Assert.Equal([0, 0, 0, 0, 1, (byte)'a'], await response.Content.ReadAsByteArrayAsync());
        Assert.Equal("application/grpc", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal(["0"], response.TrailingHeaders.GetValues("grpc-status"));
        Assert.Equal(["v"], response.TrailingHeaders.GetValues("k"));
        Assert.False(response.Headers.Contains("server"));
    }

    [Fact]
    public async Task AnotherMethodThanPost_Is405()
    {
        using HttpResponseMessage response = await SendAsync(request => request.Method = HttpMethod.Put);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
        Assert.Equal(["POST"], response.Content.Headers.Allow);
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/grpc-web")]
    [InlineData("application/grpc+json")]
    public async Task AnotherContentType_Is415(string type)
    {
        using HttpResponseMessage response = await SendAsync(type: type);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, response.StatusCode);
    }

    [Fact]
    public async Task AnotherPath_IsUNIMPLEMENTED_InHeadersAlone()
    {
        using HttpResponseMessage response = await SendAsync(request => request.RequestUri = new("http://x/no/such"));
        CheckTrailersOnly(response, StatusCode.Unimplemented);
    }

    [Fact]
    public async Task WithoutTe_ItIsINTERNAL()
    {
        using HttpResponseMessage response = await SendAsync(request => request.Headers.TE.Clear());
        CheckTrailersOnly(response, StatusCode.Internal);
    }

    [Theory]
    [InlineData("soon")]
    [InlineData("123456789S")]
    public async Task ATimeoutThatIsNone_IsINTERNAL(string timeout)
    {
        using HttpResponseMessage response = await SendAsync(request => request.Headers.Add("grpc-timeout", timeout));
        CheckTrailersOnly(response, StatusCode.Internal);
    }

    [Fact]
    public async Task AnUnknownEncoding_IsUNIMPLEMENTED_AndTheKnownAreNamed()
    {
        using HttpResponseMessage response = await SendAsync(request => request.Headers.Add("grpc-encoding", "snappy"));
        CheckTrailersOnly(response, StatusCode.Unimplemented);
        Assert.Equal(["identity,gzip"], response.Headers.GetValues("grpc-accept-encoding"));
    }

    [Theory]
    [InlineData(new byte[0])]
    [InlineData(new byte[] { 0, 0, 0 })]
    [InlineData(new byte[] { 0, 0, 0, 0, 2, 1 })]
    [InlineData(new byte[] { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 })]
    [InlineData(new byte[] { 1, 0, 0, 0, 0 })]
    public async Task ABodyThatIsNotOneMessage_IsINTERNAL(byte[] body)
    {
        using HttpResponseMessage response = await SendAsync(body: body);
        CheckTrailersOnly(response, StatusCode.Internal);
    }

    [Fact]
    public async Task ALengthOf4GiB_IsRESOURCE_EXHAUSTED_AtOnce()
    {
        using HttpResponseMessage response = await SendAsync(body: [0, 255, 255, 255, 255]);
        CheckTrailersOnly(response, StatusCode.ResourceExhausted);
    }

    private static void CheckTrailersOnly(HttpResponseMessage response, StatusCode code)
    {
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal([$"{(int)code}"], response.Headers.GetValues("grpc-status"));
        Assert.NotEmpty(response.Headers.GetValues("grpc-message").Single());
        Assert.Equal("application/grpc", response.Content.Headers.ContentType?.MediaType);
    }

    private async Task<HttpResponseMessage> SendAsync(Action<HttpRequestMessage>? change = null, string type = "application/grpc", byte[]? body = null)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, "http://x/test.Texts/Unary")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(body ?? [0, 0, 0, 0, 1, (byte)'a']),
        };
        request.Content.Headers.ContentType = new(type);
        request.Headers.TE.Add(new("trailers"));
        change?.Invoke(request);
        return await _http.SendAsync(request, CancellationToken.None);
    }
}
