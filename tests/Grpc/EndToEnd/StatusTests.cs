using AgentSandbox.Grpc.Details;
using AgentSandbox.Grpc.Server;
using AgentSandbox.Tests.Grpc.Hosting;
using Google.Rpc;
using Grpc.Core;
using Xunit;
using Status = Grpc.Core.Status;

namespace AgentSandbox.Tests.Grpc.EndToEnd;

public sealed class StatusTests
{
    [Fact]
    public async Task AnUntranslatedException_IsUNKNOWN_WithoutItsText_AndIsLoggedOnce()
    {
        await using GrpcTestServer server = await GrpcTestServer.StartAsync(
            Methods.ServeUnary((_, _) => throw new InvalidOperationException("secret")));
        RpcException e = await server.Channel.CallUnary().FailureAsync();
        Assert.Equal(StatusCode.Unknown, e.StatusCode);
        Assert.DoesNotContain("secret", e.Message, StringComparison.Ordinal);
        Assert.Single(server.Log.Lines, line => line.StartsWith("Error", StringComparison.Ordinal) && line.Contains("secret", StringComparison.Ordinal));
    }

    [Fact]
    public async Task ATranslatedException_IsWhatTheTableSays()
    {
        GrpcServerOptions options = new()
        {
            Exceptions = ExceptionTable.Empty
                .With<FileNotFoundException>(e => new(new Status(StatusCode.NotFound, e.Message)))
                .With<IOException>(_ => new(new Status(StatusCode.Unavailable, "io"))),
        };
        await using GrpcTestServer server = await GrpcTestServer.StartAsync(Methods.ServeUnary((request, _) =>
                throw (request == "file" ? new FileNotFoundException("no file") : new IOException("disk 7"))), options);
        Assert.Equal(new Status(StatusCode.NotFound, "no file"), (await server.Channel.CallUnary("file").FailureAsync()).Status);
        Assert.Equal(new Status(StatusCode.Unavailable, "io"), (await server.Channel.CallUnary("").FailureAsync()).Status);
    }

    [Fact]
    public async Task Details_ComeToTheClient()
    {
        BadRequest bad = new() { FieldViolations = { new BadRequest.Types.FieldViolation { Field = "limits.memory", Description = "too small" } } };
        await using GrpcTestServer server = await GrpcTestServer.StartAsync(Methods.ServeUnary((_, _) => throw StatusDetails.NewException(
            StatusCode.InvalidArgument, "the request is wrong", new ErrorInfo { Reason = "BAD_LIMIT", Domain = "sandbox" }, bad)));
        RpcException e = await server.Channel.CallUnary().FailureAsync();
        Assert.Equal(new Status(StatusCode.InvalidArgument, "the request is wrong"), e.Status);
        Google.Rpc.Status? status = e.GetRpcStatus();
        Assert.Equal("BAD_LIMIT", status?.GetDetail<ErrorInfo>()?.Reason);
        Assert.Equal(bad, status?.GetDetail<BadRequest>());
        Assert.Null(status?.GetDetail<QuotaFailure>());
    }

    [Fact]
    public async Task AStatusSetOnTheContext_EndsTheCall_WithTrailersOfBoth()
    {
        await using GrpcTestServer server = await GrpcTestServer.StartAsync(Methods.ServeUnary((_, context) =>
        {
            context.ResponseTrailers.Add("given", "1");
            context.Status = new(StatusCode.DataLoss, "lost");
            return Task.FromResult("");
        }));
        using AsyncUnaryCall<string> call = server.Channel.CallUnary();
        RpcException e = await call.FailureAsync();
        Assert.Equal(new Status(StatusCode.DataLoss, "lost"), e.Status);
        Assert.Equal("1", e.Trailers.GetValue("given"));
        Assert.Equal(e.Status, call.GetStatus());
    }

    [Fact]
    public async Task AnErrorAfterMessages_ComesAfterThem()
    {
        await using GrpcTestServer server = await GrpcTestServer.StartAsync(Methods.ServeServerStreaming(async (_, responses, _) =>
        {
            await responses.WriteAsync("1");
            await responses.WriteAsync("2");
            throw new RpcException(new(StatusCode.Aborted, "über"), new Metadata() { { "k", "v" } });
        }));
        List<string> got = [];
        RpcException e = await server.Channel.CallServerStreaming().ResponseStream.FailureAsync(got);
        Assert.Equal(["1", "2"], got);
        Assert.Equal(new Status(StatusCode.Aborted, "über"), e.Status);
        Assert.Equal("v", e.Trailers.GetValue("k"));
    }

    [Fact]
    public async Task NoAnswer_IsAnErrorOfTheMethod()
    {
        await using GrpcTestServer server = await GrpcTestServer.StartAsync(Methods.ServeUnary((_, _) => Task.FromResult<string>(null!)));
        Assert.Equal(StatusCode.Unknown, (await server.Channel.CallUnary().FailureAsync()).StatusCode);
    }

    [Fact]
    public async Task AnUnknownMethod_IsUNIMPLEMENTED()
    {
        await using GrpcTestServer server = await GrpcTestServer.StartAsync(Methods.ServeUnary((request, _) => Task.FromResult(request)));
        Assert.Equal(StatusCode.Unimplemented, (await server.Channel.CallServerStreaming().ResponseStream.FailureAsync()).StatusCode);
        Method<string, string> otherCase = new(MethodType.Unary, "test.texts", "unary", Marshallers.StringMarshaller, Marshallers.StringMarshaller);
        Assert.Equal(
            StatusCode.Unimplemented, (await server.Channel.CreateCallInvoker().AsyncUnaryCall(otherCase, null, default, "").FailureAsync()).StatusCode);
    }

    [Fact]
    public async Task AServerThatIsNotThere_IsUNAVAILABLE_AndFoundOnceItIs()
    {
        string path;
        await using (GrpcTestServer gone = await GrpcTestServer.StartAsync(Methods.ServeUnary((request, _) => Task.FromResult(request))))
        {
            path = gone.SocketPath;
            Assert.Equal("a", await gone.Channel.CallUnary("a"));
        }

        using AgentSandbox.Grpc.Client.UnixChannel channel = new(path);
        RpcException e = await channel.CallUnary().FailureAsync();
        Assert.Equal(StatusCode.Unavailable, e.StatusCode);
        Assert.Contains(path, e.Status.Detail, StringComparison.Ordinal);
    }
}
