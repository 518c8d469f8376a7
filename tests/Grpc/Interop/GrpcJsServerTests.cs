using AgentSandbox.Grpc.Client;
using AgentSandbox.Tests.Grpc.Hosting;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Testing;
using Xunit;

namespace AgentSandbox.Tests.Grpc.Interop;

/// <summary>Our client against a server that others wrote. The names are those of grpc/doc/interop-test-descriptions.md.</summary>
[Collection(nameof(Alone))]
public sealed class GrpcJsServerTests(NodePeer peer) : IClassFixture<NodePeer>
{
    [Theory(Timeout = 30_000)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task LargeUnary(bool gzip)
    {
        using UnixChannel channel = await peer.NewChannelAsync(new() { CompressRequests = gzip });
        TestService.TestServiceClient client = new(channel);
        SimpleResponse response = await client.UnaryCallAsync(new() { ResponseSize = 314_159, Payload = Payload(271_828) });
        Assert.Equal(314_159, response.Payload.Body.Length);
    }

    [Fact(Timeout = 30_000)]
    public async Task ClientStreaming()
    {
        using UnixChannel channel = await peer.NewChannelAsync();
        using AsyncClientStreamingCall<StreamingInputCallRequest, StreamingInputCallResponse> call =
            new TestService.TestServiceClient(channel).StreamingInputCall();
        foreach (int size in (int[])[27_182, 8, 1_828, 45_904])
        {
            await call.RequestStream.WriteAsync(new() { Payload = Payload(size) });
        }

        await call.RequestStream.CompleteAsync();
        Assert.Equal(74_922, (await call).AggregatedPayloadSize);
    }

    [Fact(Timeout = 30_000)]
    public async Task ServerStreaming()
    {
        using UnixChannel channel = await peer.NewChannelAsync();
        using AsyncServerStreamingCall<StreamingOutputCallResponse> call =
            new TestService.TestServiceClient(channel).StreamingOutputCall(Ask(31_415, 9, 2_653, 58_979));
        List<int> sizes = [];
        await foreach (StreamingOutputCallResponse response in call.ResponseStream.ReadAllAsync())
        {
            sizes.Add(response.Payload.Body.Length);
        }

        Assert.Equal([31_415, 9, 2_653, 58_979], sizes);
    }

    [Fact(Timeout = 30_000)]
    public async Task PingPong_WithCustomMetadata()
    {
        byte[] bytes = [0xab, 0xab, 0xab];
        Metadata headers = new() { { "x-grpc-test-echo-initial", "value" }, { "x-grpc-test-echo-trailing-bin", bytes }, { "x-grpc-test-echo-trailing-bin", [1] } };
        using UnixChannel channel = await peer.NewChannelAsync();
        using AsyncDuplexStreamingCall<StreamingOutputCallRequest, StreamingOutputCallResponse> call =
            new TestService.TestServiceClient(channel).FullDuplexCall(headers);
        foreach (int size in (int[])[31_415, 9, 2_653, 58_979])
        {
            await call.RequestStream.WriteAsync(Ask(size));
            Assert.True(await call.ResponseStream.MoveNext());
            Assert.Equal(size, call.ResponseStream.Current.Payload.Body.Length);
        }

        await call.RequestStream.CompleteAsync();
        Assert.False(await call.ResponseStream.MoveNext());
        Assert.Equal("value", (await call.ResponseHeadersAsync).GetValue("x-grpc-test-echo-initial"));
        Assert.Equal([bytes, [1]], call.GetTrailers().GetAll("x-grpc-test-echo-trailing-bin").Select(entry => entry.ValueBytes));
    }

    [Fact(Timeout = 30_000)]
    public async Task SpecialStatusMessage()
    {
        const string Message = "\t\ntest with whitespace\r\nand Unicode BMP \u263a and non-BMP \U0001f608\t\n";
        EchoStatus status = new() { Code = 2, Message = Message };
        using UnixChannel channel = await peer.NewChannelAsync();
        TestService.TestServiceClient client = new(channel);
        Assert.Equal(new Status(StatusCode.Unknown, Message), (await client.UnaryCallAsync(new() { ResponseStatus = status }).FailureAsync()).Status);
        using AsyncDuplexStreamingCall<StreamingOutputCallRequest, StreamingOutputCallResponse> call = client.FullDuplexCall();
        await call.RequestStream.WriteAsync(new() { ResponseStatus = status });
        Assert.Equal(new Status(StatusCode.Unknown, Message), (await call.ResponseStream.FailureAsync()).Status);
    }

    [Fact(Timeout = 30_000)]
    public async Task UnimplementedMethod()
    {
        using UnixChannel channel = await peer.NewChannelAsync();
        Assert.Equal(StatusCode.Unimplemented, (await new TestService.TestServiceClient(channel).UnimplementedCallAsync(new()).FailureAsync()).StatusCode);
        Assert.Equal(StatusCode.Unimplemented, (await new UnimplementedService.UnimplementedServiceClient(channel).UnimplementedCallAsync(new()).FailureAsync()).StatusCode);
    }

    [Fact(Timeout = 30_000)]
    public async Task TimeoutOnSleepingServer_AndCancelAfterFirstResponse()
    {
        using UnixChannel channel = await peer.NewChannelAsync();
        TestService.TestServiceClient client = new(channel);
        StreamingOutputCallRequest slow = new() { ResponseParameters = { new ResponseParameters { Size = 1 }, new ResponseParameters { Size = 1, IntervalUs = 1_000_000 } } };
        using AsyncServerStreamingCall<StreamingOutputCallResponse> late = client.StreamingOutputCall(slow, deadline: DateTime.UtcNow.AddMilliseconds(200));
        Assert.Equal(StatusCode.DeadlineExceeded, (await late.ResponseStream.FailureAsync()).StatusCode);
        using CancellationTokenSource source = new();
        using AsyncServerStreamingCall<StreamingOutputCallResponse> cancelled = client.StreamingOutputCall(slow, cancellationToken: source.Token);
        Assert.True(await cancelled.ResponseStream.MoveNext());
        await source.CancelAsync();
        Assert.Equal(StatusCode.Cancelled, (await cancelled.ResponseStream.FailureAsync()).StatusCode);
    }

    private static StreamingOutputCallRequest Ask(params int[] sizes)
    {
        StreamingOutputCallRequest request = new();
        request.ResponseParameters.AddRange(sizes.Select(size => new ResponseParameters { Size = size }));
        return request;
    }

    private static Payload Payload(int size) => new() { Body = ByteString.CopyFrom(new byte[size]) };
}
