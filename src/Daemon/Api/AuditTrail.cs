using System.Runtime.CompilerServices;
using AgentSandbox.Audit;

namespace AgentSandbox.Daemon.Api;

/// <summary>Reads back what was put on record.</summary>
/// <param name="file">The file of JSON lines.</param>
internal sealed class AuditTrail(string file)
{
    /// <summary>The newest records that <paramref name="query"/> asks for, the oldest of them first.</summary>
    /// <param name="query">Which.</param>
    /// <param name="follow">True: then those that come.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async IAsyncEnumerable<AuditEntry> ReadAsync(AuditQuery query, bool follow, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        long last = query.After;
        foreach (AuditEntry entry in AuditReader.List(file, query).Reverse())
        {
            last = entry.Sequence;
            yield return entry;
        }

        if (follow)
        {
            await foreach (AuditEntry entry in AuditFollower.Follow(file, query with { After = last }, cancellationToken).ConfigureAwait(false))
            {
                yield return entry;
            }
        }
    }
}
