using AgentSandbox.Ctl.Client;
using AgentSandbox.V1;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace AgentSandbox.Ctl.Top;

/// <summary>One jail's statistics as they come: one call for all of them.</summary>
internal sealed class JailWatch : IDisposable
{
    private readonly AsyncServerStreamingCall<Stats> _call;
    private readonly TaskCompletionSource _measured = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private (Stats? Before, Stats? Last) _stats;

    /// <summary>Begins.</summary>
    /// <param name="daemon">The daemon.</param>
    /// <param name="jail">The jail's id.</param>
    /// <param name="interval">How often.</param>
    public JailWatch(DaemonConnection daemon, string jail, TimeSpan interval)
    {
        _call = daemon.Jails.WatchStats(new WatchStatsRequest { Id = jail, Interval = Duration.FromTimeSpan(interval) });
        _ = ReadAsync();
    }

    /// <summary>Done when there are two measurements, or there will be no more.</summary>
    public Task Measured => _measured.Task;

    /// <summary>The last measurement and the one before it.</summary>
    public (Stats? Before, Stats? Last) Stats
    {
        get
        {
            lock (_call)
            {
                return _stats;
            }
        }
    }

    public void Dispose() => _call.Dispose();

    private async Task ReadAsync()
    {
        try
        {
            while (await _call.ResponseStream.MoveNext(CancellationToken.None).ConfigureAwait(false))
            {
                lock (_call)
                {
                    _stats = (_stats.Last, _call.ResponseStream.Current);
                    if (_stats.Before is null)
                    {
                        continue;
                    }
                }

                _measured.TrySetResult();
            }
        }
        catch (RpcException ended) when (ended.StatusCode is StatusCode.Cancelled or StatusCode.NotFound)
        {
            return; // by us, or with the jail
        }
        catch (RpcException failed)
        {
            _measured.TrySetException(failed);
        }
        finally
        {
            _measured.TrySetResult();
        }
    }
}
