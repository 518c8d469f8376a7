using Google.Protobuf.Reflection;
using Grpc.Core;
using Grpc.Reflection.V1;

namespace AgentSandbox.Grpc.Reflection;

/// <summary>Serves <c>grpc.reflection.v1.ServerReflection</c>: the descriptors of the services, for clients such as grpcurl.</summary>
/// <remarks>Source: grpc/doc/server-reflection.md.</remarks>
public sealed class ReflectionService : ServerReflection.ServerReflectionBase
{
    private readonly SymbolTable _symbols;
    private readonly string[] _services;

    /// <summary>Describes services: <c>new(Greeter.Descriptor, ServerReflection.Descriptor)</c>.</summary>
    /// <param name="services">The services that clients are to see.</param>
    public ReflectionService(params IEnumerable<ServiceDescriptor> services)
    {
        ServiceDescriptor[] all = [.. services];
        _services = [.. all.Select(service => service.FullName).Distinct().Order(StringComparer.Ordinal)];
        _symbols = new(all.Select(service => service.File));
    }

    /// <inheritdoc/>
    public override async Task ServerReflectionInfo(
        IAsyncStreamReader<ServerReflectionRequest> requestStream,
        IServerStreamWriter<ServerReflectionResponse> responseStream,
        ServerCallContext context)
    {
        await foreach (ServerReflectionRequest request in requestStream.ReadAllAsync().ConfigureAwait(false))
        {
            ServerReflectionResponse response = Answer(request);
            response.ValidHost = request.Host;
            response.OriginalRequest = request;
            await responseStream.WriteAsync(response, context.CancellationToken).ConfigureAwait(false);
        }
    }

    private ServerReflectionResponse Answer(ServerReflectionRequest request) => request.MessageRequestCase switch
    {
        ServerReflectionRequest.MessageRequestOneofCase.ListServices => ListServices(),
        ServerReflectionRequest.MessageRequestOneofCase.FileByFilename =>
            Files(_symbols.FindFile(request.FileByFilename), $"file '{request.FileByFilename}'"),
        ServerReflectionRequest.MessageRequestOneofCase.FileContainingSymbol =>
            Files(_symbols.FindSymbol(request.FileContainingSymbol), $"symbol '{request.FileContainingSymbol}'"),
        ServerReflectionRequest.MessageRequestOneofCase.FileContainingExtension => Files(
            _symbols.FindExtension(request.FileContainingExtension.ContainingType, request.FileContainingExtension.ExtensionNumber),
            $"extension {request.FileContainingExtension.ExtensionNumber} of '{request.FileContainingExtension.ContainingType}'"),
        ServerReflectionRequest.MessageRequestOneofCase.AllExtensionNumbersOfType => ExtensionNumbers(request.AllExtensionNumbersOfType),
        _ => Error(StatusCode.InvalidArgument, "the request asks for nothing"),
    };

    private ServerReflectionResponse ListServices()
    {
        ListServiceResponse list = new();
        list.Service.AddRange(_services.Select(service => new ServiceResponse { Name = service }));
        return new() { ListServicesResponse = list };
    }

    // With all that it imports: a client can then build it without asking again.
    private static ServerReflectionResponse Files(FileDescriptor? file, string what)
    {
        if (file is null)
        {
            return Error(StatusCode.NotFound, $"no {what} is known here");
        }

        FileDescriptorResponse files = new();
        files.FileDescriptorProto.AddRange(SymbolTable.WithDependencies(file).Select(needed => needed.SerializedData));
        return new() { FileDescriptorResponse = files };
    }

    private ServerReflectionResponse ExtensionNumbers(string type)
    {
        if (!_symbols.HasMessage(type))
        {
            return Error(StatusCode.NotFound, $"no message '{type}' is known here");
        }

        ExtensionNumberResponse numbers = new() { BaseTypeName = type };
        numbers.ExtensionNumber.AddRange(_symbols.ExtensionsOf(type));
        return new() { AllExtensionNumbersResponse = numbers };
    }

    private static ServerReflectionResponse Error(StatusCode code, string message) =>
        new() { ErrorResponse = new() { ErrorCode = (int)code, ErrorMessage = message } };
}
