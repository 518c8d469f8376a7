using AgentSandbox.Grpc.Details;
using Google.Protobuf;
using Google.Rpc;
using Grpc.Core;
using Grpc.Testing;
using Microsoft.AspNetCore.Http;
using Status = Grpc.Core.Status;

namespace AgentSandbox.Tests.Interop;

/// <summary>The server side of gRPC's interop tests.</summary>
/// <remarks>Source: grpc/doc/interop-test-descriptions.md, "Server".</remarks>
public sealed class InteropService : TestService.TestServiceBase
{
    private const string EchoInitial = "x-grpc-test-echo-initial";
    private const string EchoTrailing = "x-grpc-test-echo-trailing-bin";

    public override Task<Empty> EmptyCall(Empty request, ServerCallContext context) => Task.FromResult(new Empty());

    public override async Task<SimpleResponse> UnaryCall(SimpleRequest request, ServerCallContext context)
    {
        CheckCompressed(request.ExpectCompressed, context);
        await StartAsync(context, request.ResponseCompressed?.Value == true);
        context.WriteOptions = Compression(request.ResponseCompressed);
        ThrowIfAsked(request.ResponseStatus);
        return new() { Payload = Payload(request.ResponseSize) };
    }

    public override async Task<SimpleResponse> CacheableUnaryCall(SimpleRequest request, ServerCallContext context)
    {
        await context.WriteResponseHeadersAsync(new() { { "cache-control", "max-age=60, public" } });
        return new() { Payload = Payload(request.ResponseSize) };
    }

    public override async Task StreamingOutputCall(
        StreamingOutputCallRequest request, IServerStreamWriter<StreamingOutputCallResponse> responseStream, ServerCallContext context)
    {
        await StartAsync(context, request.ResponseParameters.Any(answer => answer.Compressed?.Value == true));
        ThrowIfAsked(request.ResponseStatus);
        await AnswerAsync(request, responseStream, context);
    }

    public override async Task<StreamingInputCallResponse> StreamingInputCall(
        IAsyncStreamReader<StreamingInputCallRequest> requestStream, ServerCallContext context)
    {
        int size = 0;
        await foreach (StreamingInputCallRequest request in requestStream.ReadAllAsync())
        {
            CheckCompressed(request.ExpectCompressed, context);
            size += request.Payload?.Body.Length ?? 0;
        }

        return new() { AggregatedPayloadSize = size };
    }

    public override async Task FullDuplexCall(
        IAsyncStreamReader<StreamingOutputCallRequest> requestStream,
        IServerStreamWriter<StreamingOutputCallResponse> responseStream,
        ServerCallContext context)
    {
        await StartAsync(context, compress: false);
        await foreach (StreamingOutputCallRequest request in requestStream.ReadAllAsync())
        {
            ThrowIfAsked(request.ResponseStatus);
            await AnswerAsync(request, responseStream, context);
        }
    }

    public override async Task HalfDuplexCall(
        IAsyncStreamReader<StreamingOutputCallRequest> requestStream,
        IServerStreamWriter<StreamingOutputCallResponse> responseStream,
        ServerCallContext context)
    {
        List<StreamingOutputCallRequest> requests = [];
        await foreach (StreamingOutputCallRequest request in requestStream.ReadAllAsync())
        {
            requests.Add(request);
        }

        foreach (StreamingOutputCallRequest request in requests)
        {
            await AnswerAsync(request, responseStream, context);
        }
    }

    private static async Task AnswerAsync(
        StreamingOutputCallRequest request, IServerStreamWriter<StreamingOutputCallResponse> responses, ServerCallContext context)
    {
        foreach (ResponseParameters answer in request.ResponseParameters)
        {
            if (answer.IntervalUs > 0)
            {
                await Task.Delay(TimeSpan.FromMicroseconds(answer.IntervalUs), context.CancellationToken);
            }

            responses.WriteOptions = Compression(answer.Compressed);
            await responses.WriteAsync(new() { Payload = Payload(answer.Size) }, context.CancellationToken);
        }
    }

    // The metadata comes back whatever the call then does.
    private static async Task StartAsync(ServerCallContext context, bool compress)
    {
        Metadata initial = [];
        if (context.RequestHeaders.GetValue(EchoInitial) is string echo)
        {
            initial.Add(EchoInitial, echo);
        }

        if (context.RequestHeaders.GetValueBytes(EchoTrailing) is byte[] bytes)
        {
            context.ResponseTrailers.Add(EchoTrailing, bytes);
        }

        if (compress)
        {
            initial.Add("grpc-internal-encoding-request", "gzip");
        }

        if (initial.Count > 0)
        {
            await context.WriteResponseHeadersAsync(initial);
        }
    }

    private static void ThrowIfAsked(EchoStatus? status)
    {
        if (status is not null && status.Code != 0)
        {
            throw StatusDetails.NewException(
                (StatusCode)status.Code, status.Message, new ErrorInfo { Reason = "ECHO_STATUS", Domain = "grpc.testing" });
        }
    }

    private static void CheckCompressed(BoolValue? expected, ServerCallContext context)
    {
        if (expected?.Value == true && context.GetHttpContext().Request.Headers["grpc-encoding"] is not ["gzip"])
        {
            throw new RpcException(new Status(StatusCode.InvalidArgument, "the request is not compressed"));
        }
    }

    private static WriteOptions? Compression(BoolValue? compressed) => compressed?.Value == false ? new(WriteFlags.NoCompress) : null;

    private static Payload Payload(int size) => new() { Body = UnsafeByteOperations.UnsafeWrap(new byte[size]) };
}
