using AgentSandbox.Tests.Grpc.Hosting;
using AgentSandbox.Tests.Interop;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Testing;
using Xunit;

namespace AgentSandbox.Tests.Grpc.EndToEnd;

public sealed class CallKindTests : IAsyncLifetime
{
    private GrpcTestServer _server = null!;
    private TestService.TestServiceClient _client = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await GrpcTestServer.StartAsync(TestService.BindService(new InteropService()));
        _client = new(_server.Channel);
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task UnaryCall_Async_IsAnswered()
    {
        using AsyncUnaryCall<SimpleResponse> call = _client.UnaryCallAsync(new() { ResponseSize = 314_159, Payload = Payload(271_828) });
        SimpleResponse response = await call;
        Assert.Equal(314_159, response.Payload.Body.Length);
        Assert.Equal(Status.DefaultSuccess, call.GetStatus());
        Assert.Empty(call.GetTrailers());
    }

    [Fact]
    public async Task UnaryCall_Blocking_IsAnswered() =>
        Assert.Equal(10, (await Task.Run(() => _client.UnaryCall(new() { ResponseSize = 10 }))).Payload.Body.Length);

    [Fact]
    public async Task EmptyCall_IsAnswered() => Assert.Equal(new Empty(), await _client.EmptyCallAsync(new()));

    [Fact]
    public async Task ServerStreaming_GivesTheMessagesInOrder()
    {
        int[] sizes = [31_415, 9, 0, 58_979];
        StreamingOutputCallRequest request = new();
        request.ResponseParameters.AddRange(sizes.Select(size => new ResponseParameters { Size = size }));
        using AsyncServerStreamingCall<StreamingOutputCallResponse> call = _client.StreamingOutputCall(request);
        List<int> got = [];
        await foreach (StreamingOutputCallResponse response in call.ResponseStream.ReadAllAsync())
        {
            got.Add(response.Payload.Body.Length);
        }

        Assert.Equal(sizes, got);
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
    }

    [Fact]
    public async Task ServerStreaming_WithoutMessages_EndsWithOk()
    {
        using AsyncServerStreamingCall<StreamingOutputCallResponse> call = _client.StreamingOutputCall(new());
        Assert.False(await call.ResponseStream.MoveNext());
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
    }

    [Fact]
    public async Task ClientStreaming_SumsWhatWasSent()
    {
        using AsyncClientStreamingCall<StreamingInputCallRequest, StreamingInputCallResponse> call = _client.StreamingInputCall();
        foreach (int size in (int[])[27_182, 8, 1_828, 45_904])
        {
            await call.RequestStream.WriteAsync(new() { Payload = Payload(size) });
        }

        await call.RequestStream.CompleteAsync();
        Assert.Equal(74_922, (await call).AggregatedPayloadSize);
    }

    [Fact]
    public async Task ClientStreaming_WithoutMessages_IsAnswered()
    {
        using AsyncClientStreamingCall<StreamingInputCallRequest, StreamingInputCallResponse> call = _client.StreamingInputCall();
        await call.RequestStream.CompleteAsync();
        Assert.Equal(0, (await call.ResponseAsync).AggregatedPayloadSize);
    }

    [Fact]
    public async Task FullDuplex_AnswersEachRequestAtOnce()
    {
        using AsyncDuplexStreamingCall<StreamingOutputCallRequest, StreamingOutputCallResponse> call = _client.FullDuplexCall();
        foreach (int size in (int[])[31_415, 9, 2_653, 58_979])
        {
            await call.RequestStream.WriteAsync(Ask(size));
            Assert.True(await call.ResponseStream.MoveNext());
            Assert.Equal(size, call.ResponseStream.Current.Payload.Body.Length);
        }

        await call.RequestStream.CompleteAsync();
        Assert.False(await call.ResponseStream.MoveNext());
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
    }

    [Fact]
    public async Task HalfDuplex_AnswersAfterTheLastRequest()
    {
        using AsyncDuplexStreamingCall<StreamingOutputCallRequest, StreamingOutputCallResponse> call = _client.HalfDuplexCall();
        await call.RequestStream.WriteAsync(Ask(7));
        await call.RequestStream.WriteAsync(Ask(8));
        await call.RequestStream.CompleteAsync();
        List<int> got = [];
        await foreach (StreamingOutputCallResponse response in call.ResponseStream.ReadAllAsync())
        {
            got.Add(response.Payload.Body.Length);
        }

        Assert.Equal([7, 8], got);
    }

    private static StreamingOutputCallRequest Ask(int size) => new() { ResponseParameters = { new ResponseParameters { Size = size } } };

    private static Payload Payload(int size) => new() { Body = ByteString.CopyFrom(new byte[size]) };
}
