using AgentSandbox.Grpc.Wire;
using Xunit;

namespace AgentSandbox.Tests.Grpc.Wire;

public sealed class ContentTypeTests
{
    [Theory]
    [InlineData("application/grpc", true)]
    [InlineData("application/grpc+proto", true)]
    [InlineData("Application/gRPC;charset=utf-8", true)]
    [InlineData("application/grpc ; x", true)]
    [InlineData("application/grpc+json", false)]
    [InlineData("application/grpc-web", false)]
    [InlineData("application/grpcx", false)]
    [InlineData("application/json", false)]
    [InlineData("", false)]
    public void IsGrpcContentType_KnowsProtoOnly(string value, bool expected) => Assert.Equal(expected, GrpcHeaders.IsGrpcContentType(value));
}
