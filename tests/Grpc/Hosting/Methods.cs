using Grpc.Core;

namespace AgentSandbox.Tests.Grpc.Hosting;

/// <summary>Methods on texts, for handlers that a test writes in place.</summary>
internal static class Methods
{
    public static readonly Method<string, string> Unary = New(MethodType.Unary);
    public static readonly Method<string, string> ClientStreaming = New(MethodType.ClientStreaming);
    public static readonly Method<string, string> ServerStreaming = New(MethodType.ServerStreaming);
    public static readonly Method<string, string> Duplex = New(MethodType.DuplexStreaming);

    public static ServerServiceDefinition ServeUnary(UnaryServerMethod<string, string> handler) =>
        ServerServiceDefinition.CreateBuilder().AddMethod(Unary, handler).Build();

    public static ServerServiceDefinition ServeClientStreaming(ClientStreamingServerMethod<string, string> handler) =>
        ServerServiceDefinition.CreateBuilder().AddMethod(ClientStreaming, handler).Build();

    public static ServerServiceDefinition ServeServerStreaming(ServerStreamingServerMethod<string, string> handler) =>
        ServerServiceDefinition.CreateBuilder().AddMethod(ServerStreaming, handler).Build();

    public static ServerServiceDefinition ServeDuplex(DuplexStreamingServerMethod<string, string> handler) =>
        ServerServiceDefinition.CreateBuilder().AddMethod(Duplex, handler).Build();

    public static AsyncUnaryCall<string> CallUnary(this ChannelBase channel, string request = "", CallOptions options = default) =>
        channel.CreateCallInvoker().AsyncUnaryCall(Unary, null, options, request);

    public static AsyncServerStreamingCall<string> CallServerStreaming(this ChannelBase channel, string request = "", CallOptions options = default) =>
        channel.CreateCallInvoker().AsyncServerStreamingCall(ServerStreaming, null, options, request);

    public static AsyncClientStreamingCall<string, string> CallClientStreaming(this ChannelBase channel, CallOptions options = default) =>
        channel.CreateCallInvoker().AsyncClientStreamingCall(ClientStreaming, null, options);

    public static AsyncDuplexStreamingCall<string, string> CallDuplex(this ChannelBase channel, CallOptions options = default) =>
        channel.CreateCallInvoker().AsyncDuplexStreamingCall(Duplex, null, options);

    /// <summary>The status that a call ends with, which is not OK.</summary>
    public static async Task<RpcException> FailureAsync<T>(this AsyncUnaryCall<T> call) => await Xunit.Assert.ThrowsAsync<RpcException>(() =>
        call.ResponseAsync);

    /// <summary>The status that a call ends with, which is not OK, with what it read before.</summary>
    public static async Task<RpcException> FailureAsync<T>(this IAsyncStreamReader<T> stream, List<T>? into = null)
        where T : class => await Xunit.Assert.ThrowsAsync<RpcException>(async () =>
    {
        await foreach (T message in stream.ReadAllAsync())
        {
            into?.Add(message);
        }
    });

    private static Method<string, string> New(MethodType type) =>
        new(type, "test.Texts", type.ToString(), Marshallers.StringMarshaller, Marshallers.StringMarshaller);
}
