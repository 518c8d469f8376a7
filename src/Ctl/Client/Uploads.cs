using AgentSandbox.Grpc.Client;
using Google.Protobuf;
using Grpc.Core;

namespace AgentSandbox.Ctl.Client;

/// <summary>Calls to which much is sent.</summary>
internal static class Uploads
{
    private const int ChunkSize = 64 * 1024;

    /// <summary>Sends <paramref name="start"/> and then all that <paramref name="read"/> gives, piece by piece.</summary>
    /// <param name="call">The call.</param>
    /// <param name="start">Its first message.</param>
    /// <param name="message">Makes a message of a piece.</param>
    /// <param name="read">Fills a buffer, and says how much of it; 0 at the end.</param>
    /// <returns>The answer.</returns>
    /// <exception cref="RpcException">The daemon refused.</exception>
    public static async Task<TResponse> SendAsync<TRequest, TResponse>(
        AsyncClientStreamingCall<TRequest, TResponse> call, TRequest start, Func<ByteString, TRequest> message, Func<byte[], ValueTask<int>> read)
    {
        byte[] buffer = new byte[ChunkSize];
        if (await EndedCall.TryAsync(() => call.RequestStream.WriteAsync(start)).ConfigureAwait(false))
        {
            int count;
            do
            {
                count = await read(buffer).ConfigureAwait(false); // what we cannot read must not look like an end
            }
            while (count > 0 && await EndedCall.TryAsync(() => call.RequestStream.WriteAsync(message(ByteString.CopyFrom(buffer, 0, count)))).ConfigureAwait(false));
            await EndedCall.TryAsync(call.RequestStream.CompleteAsync).ConfigureAwait(false);
        }

        return await call.ResponseAsync.ConfigureAwait(false);
    }
}
