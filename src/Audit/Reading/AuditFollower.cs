using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace AgentSandbox.Audit;

/// <summary>Reads a file's entries as they are written, over rotations.</summary>
public static class AuditFollower
{
    /// <summary>The entries of <paramref name="path"/> that <paramref name="query"/> asks for, oldest first, from the first that is there on and then as they come.</summary>
    /// <remarks>Woken by inotify. A line that holds no entry is passed over: <see cref="AuditVerifier"/> tells of it.</remarks>
    public static async IAsyncEnumerable<AuditEntry> Follow(string path, AuditQuery query, [EnumeratorCancellation] CancellationToken cancellation)
    {
        string full = Path.GetFullPath(path);
        var changes = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        using FileSystemWatcher watcher = new(Path.GetDirectoryName(full)!, $"{Path.GetFileName(full)}*") { NotifyFilter = NotifyFilters.Size | NotifyFilters.FileName | NotifyFilters.LastWrite };
        watcher.Changed += (_, _) => changes.Writer.TryWrite(true);
        watcher.Created += (_, _) => changes.Writer.TryWrite(true);
        watcher.Renamed += (_, _) => changes.Writer.TryWrite(true);
        watcher.Error += (_, e) => changes.Writer.TryComplete(e.GetException());
        watcher.EnableRaisingEvents = true;
        using AuditCursor cursor = new(full, query.After);
        while (true)
        {
            foreach (AuditEntry entry in cursor.ReadNew().Where(query.Matches))
            {
                yield return entry;
            }

            await changes.Reader.ReadAsync(cancellation);
        }
    }
}
