using Grpc.Core;
using Grpc.Health.V1;
using ServingStatus = Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus;

namespace AgentSandbox.Grpc.Health;

/// <summary>Serves <c>grpc.health.v1.Health</c>: whether services can be used, asked once or watched.</summary>
/// <remarks>Source: grpc/doc/health-checking.md.</remarks>
public sealed class HealthService : global::Grpc.Health.V1.Health.HealthBase
{
    private const int MaxListed = 100; // health.proto: List answers RESOURCE_EXHAUSTED above it

    private readonly Lock _gate = new();
    private readonly Dictionary<string, ServingStatus> _statuses = new(StringComparer.Ordinal);
    private TaskCompletionSource _changed = NewSignal();
    private bool _stopping;

    /// <summary>Sets the status of a service; all who watch it are told. After <see cref="Shutdown"/> it does nothing.</summary>
    /// <param name="service">The service with its package; empty: the server as a whole.</param>
    /// <param name="status">The status.</param>
    public void SetStatus(string service, ServingStatus status)
    {
        ArgumentNullException.ThrowIfNull(service);
        lock (_gate)
        {
            if (!_stopping)
            {
                _statuses[service] = status;
                Signal();
            }
        }
    }

    /// <summary>Forgets a service.</summary>
    /// <param name="service">The service with its package.</param>
    public void ClearStatus(string service)
    {
        lock (_gate)
        {
            if (!_stopping && _statuses.Remove(service))
            {
                Signal();
            }
        }
    }

    /// <summary>All services become NOT_SERVING, for good: what a server says before it ends.</summary>
    public void Shutdown()
    {
        lock (_gate)
        {
            _stopping = true;
            foreach (string service in _statuses.Keys)
            {
                _statuses[service] = ServingStatus.NotServing;
            }

            Signal();
        }
    }

    /// <inheritdoc/>
    public override Task<HealthCheckResponse> Check(HealthCheckRequest request, ServerCallContext context)
    {
        (ServingStatus status, _) = Look(request.Service);
        return status == ServingStatus.ServiceUnknown
            ? throw new RpcException(new Status(StatusCode.NotFound, $"no service '{request.Service}' is known here"))
            : Task.FromResult(new HealthCheckResponse { Status = status });
    }

    /// <inheritdoc/>
    public override Task<HealthListResponse> List(HealthListRequest request, ServerCallContext context)
    {
        HealthListResponse response = new();
        lock (_gate)
        {
            if (_statuses.Count > MaxListed)
            {
                throw new RpcException(new Status(
                    StatusCode.ResourceExhausted, $"there are {_statuses.Count} services, and at most {MaxListed} are listed"));
            }

            foreach ((string service, ServingStatus status) in _statuses)
            {
                response.Statuses.Add(service, new HealthCheckResponse { Status = status });
            }
        }

        return Task.FromResult(response);
    }

    /// <inheritdoc/>
    /// <remarks>A slow watcher misses what changed back meanwhile: it is told the newest status only, so nothing queues up for it.</remarks>
    public override async Task Watch(HealthCheckRequest request, IServerStreamWriter<HealthCheckResponse> responseStream, ServerCallContext context)
    {
        ServingStatus? told = null;
        while (true)
        {
            (ServingStatus status, Task changed) = Look(request.Service);
            if (status != told)
            {
                await responseStream.WriteAsync(new() { Status = status }, context.CancellationToken).ConfigureAwait(false);
                told = status;
            }

            await changed.WaitAsync(context.CancellationToken).ConfigureAwait(false);
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private (ServingStatus Status, Task Changed) Look(string service)
    {
        lock (_gate)
        {
            return (_statuses.GetValueOrDefault(service, ServingStatus.ServiceUnknown), _changed.Task);
        }
    }

    private void Signal()
    {
        _changed.SetResult();
        _changed = NewSignal();
    }
}
