using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;

namespace AgentSandbox.Grpc.Server;

/// <summary>
/// Lets a connection through once it has sent the preface of HTTP/2, and in time. Kestrel alone gives a silent connection, or one that speaks
/// another protocol, as long as an idle one: two minutes in which it counts against the limit of connections.
/// </summary>
/// <remarks>Source: RFC 9113, "HTTP/2 Connection Preface".</remarks>
internal sealed class PrefaceCheck(ConnectionDelegate next, TimeSpan timeout)
{
    private static ReadOnlySpan<byte> Preface => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8;

    private static ReadOnlySpan<byte> Refusal =>
        "HTTP/1.1 505 HTTP Version Not Supported\r\nConnection: close\r\nContent-Length: 59\r\n\r\n"u8
        + "this socket speaks gRPC: HTTP/2 with prior knowledge only\r\n"u8;

    public async Task OnConnectionAsync(ConnectionContext connection)
    {
        if (await IsHttp2Async(connection.Transport.Input).ConfigureAwait(false))
        {
            await next(connection).ConfigureAwait(false);
            return;
        }

        connection.Transport.Output.Write(Refusal);
        await connection.Transport.Output.FlushAsync().ConfigureAwait(false);
    }

    private async Task<bool> IsHttp2Async(PipeReader input)
    {
        using CancellationTokenSource patience = new(timeout);
        try
        {
            while (true)
            {
                ReadResult result = await input.ReadAsync(patience.Token).ConfigureAwait(false);
                bool? matches = Matches(result.Buffer);
                bool decided = matches is not null || result.IsCompleted;
                input.AdvanceTo(result.Buffer.Start, decided ? result.Buffer.Start : result.Buffer.End); // the preface is left for Kestrel
                if (decided)
                {
                    return matches == true;
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            return false; // too late, or gone
        }
    }

    // Null: so far.
    private static bool? Matches(ReadOnlySequence<byte> buffer)
    {
        Span<byte> start = stackalloc byte[Preface.Length];
        int length = (int)Math.Min(buffer.Length, Preface.Length);
        buffer.Slice(0, length).CopyTo(start);
        return !Preface.StartsWith(start[..length]) ? false : length == Preface.Length ? true : null;
    }
}
