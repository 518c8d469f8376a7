using AgentSandbox.Grpc.Client;
using AgentSandbox.V1;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;
using Xunit;

namespace AgentSandbox.Tests.Daemon.Api;

/// <summary>Every method is asked random and extreme things: the answer is a success or says what was wrong, never that the daemon failed, and nothing is left (threats F128).</summary>
public sealed class FuzzTests
{
    private const int Rounds = 150;
    private static readonly StatusCode[] s_good =
    [
        StatusCode.OK, StatusCode.InvalidArgument, StatusCode.NotFound, StatusCode.AlreadyExists, StatusCode.PermissionDenied, StatusCode.FailedPrecondition, StatusCode.ResourceExhausted,
        StatusCode.DeadlineExceeded,
    ];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task EveryMethod_AskedAnything_NeverFails_AndLeavesNothing()
    {
        using DaemonProcess daemon = await DaemonProcess.StartAsync();
        using UnixChannel channel = daemon.NewChannel();
        V1.Jails.JailsClient jails = new(channel);
        string jail = (await jails.CreateJailAsync(new CreateJailRequest { Config = DaemonProcess.Config("shell") }, cancellationToken: Token)).Id;
        Workspaces.WorkspacesClient workspaces = new(channel);
        string workspace = AgentSandbox.Jails.Workspaces.Store.WorkspaceStore.Missing is null
            ? (await workspaces.CreateWorkspaceAsync(new CreateWorkspaceRequest { SizeBytes = 16 << 20 }, cancellationToken: Token)).Id
            : "w-aaaaaaaaaaaa";
        RandomMessages random = new(20261124, [jail, workspace, "c-1", "shell", "python", "minimal", "all", "sh", "true", "/usr/share", "/tmp", "auditor"]);
        List<string> wrong = [];
        foreach (MethodDescriptor method in Methods())
        {
            for (int i = 0; i < Rounds; i++)
            {
                IMessage request = random.Next(method.InputType);
                (StatusCode code, string detail) = await CallAsync(channel, method, request);
                if (!s_good.Contains(code))
                {
                    wrong.Add($"{method.FullName} {request}: {code} {detail}");
                }
            }

            Assert.Equal(HealthAnswer, await HealthAsync(channel));
        }

        Assert.Empty(wrong);
        foreach (Jail left in (await jails.ListJailsAsync(new ListJailsRequest { PageSize = 1000 }, cancellationToken: Token)).Jails)
        {
            await jails.DeleteJailAsync(new DeleteJailRequest { Id = left.Id }, cancellationToken: Token);
        }

        foreach (Workspace left in (await workspaces.ListWorkspacesAsync(new ListWorkspacesRequest { PageSize = 1000 }, cancellationToken: Token)).Workspaces)
        {
            await workspaces.DeleteWorkspaceAsync(new DeleteWorkspaceRequest { Id = left.Id }, cancellationToken: Token);
        }

        StatusResponse status = await new Host.HostClient(channel).GetStatusAsync(new GetStatusRequest(), cancellationToken: Token);
        Assert.Equal(0, status.Jails);
        Assert.Equal(0, status.RunningCommands);
    }

    private const string HealthAnswer = "Serving";

    // All but DeleteJail and SignalCommand on the one good jail would do; those two would only end it early, which is an answer too.
    private static IEnumerable<MethodDescriptor> Methods() =>
        new[] { V1.Jails.Descriptor, Commands.Descriptor, Workspaces.Descriptor, Host.Descriptor }.SelectMany(service => service.Methods).Where(method => method.Name != nameof(V1.Jails.JailsClient.DeleteJail));

    private static async Task<string> HealthAsync(UnixChannel channel) =>
        (await new global::Grpc.Health.V1.Health.HealthClient(channel).CheckAsync(new global::Grpc.Health.V1.HealthCheckRequest(), cancellationToken: Token)).Status.ToString();

    private static async Task<(StatusCode Code, string Detail)> CallAsync(UnixChannel channel, MethodDescriptor method, IMessage request)
    {
        Marshaller<IMessage> requests = Marshallers.Create<IMessage>(message => message.ToByteArray(), bytes => method.InputType.Parser.ParseFrom(bytes));
        Marshaller<IMessage> answers = Marshallers.Create<IMessage>(message => message.ToByteArray(), bytes => method.OutputType.Parser.ParseFrom(bytes));
        MethodType type = method.IsClientStreaming ? MethodType.DuplexStreaming : method.IsServerStreaming ? MethodType.ServerStreaming : MethodType.Unary;
        Method<IMessage, IMessage> call = new(type, method.Service.FullName, method.Name, requests, answers);
        CallOptions options = new(null, DateTime.UtcNow.AddMilliseconds(type == MethodType.Unary ? 2000 : 100), Token);
        try
        {
            switch (type)
            {
                case MethodType.Unary:
                    await channel.CreateCallInvoker().AsyncUnaryCall(call, null, options, request);
                    break;
                case MethodType.ServerStreaming:
                    using (AsyncServerStreamingCall<IMessage> stream = channel.CreateCallInvoker().AsyncServerStreamingCall(call, null, options, request))
                    {
                        await DrainAsync(stream.ResponseStream);
                    }

                    break;
                default:
                    using (AsyncDuplexStreamingCall<IMessage, IMessage> both = channel.CreateCallInvoker().AsyncDuplexStreamingCall(call, null, options))
                    {
                        await both.RequestStream.WriteAsync(request, Token);
                        await both.RequestStream.CompleteAsync();
                        await DrainAsync(both.ResponseStream);
                    }

                    break;
            }

            return (StatusCode.OK, "");
        }
        catch (RpcException answer)
        {
            return (answer.StatusCode, answer.Status.Detail);
        }
    }

    private static async Task DrainAsync(IAsyncStreamReader<IMessage> stream)
    {
        while (await stream.MoveNext(Token))
        {
        }
    }
}
