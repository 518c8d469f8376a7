using System.Net;
using AgentSandbox.Grpc.Wire;

namespace AgentSandbox.Grpc.Client;

/// <summary>The body of a call with one request.</summary>
internal sealed class UnaryContent : HttpContent
{
    private readonly Func<Stream, Task> _send;

    /// <param name="send">Writes the request; it may be asked again, for another connection.</param>
    public UnaryContent(Func<Stream, Task> send)
    {
        _send = send;
        Headers.TryAddWithoutValidation("content-type", GrpcHeaders.ContentType);
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => _send(stream);

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
