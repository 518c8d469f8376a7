using AgentSandbox.Kernel;
using Microsoft.Win32.SafeHandles;

namespace AgentSandbox.Audit;

/// <summary>A trail in a file that several processes write in turn, by the same chain, state and sink as the daemon's. All methods may be called from any thread.</summary>
/// <remarks>Who writes holds a lock from the reading of the chain's head to its new place. The disk is not waited for: a loss of power can take the youngest records, and the check names the place.</remarks>
/// <param name="directory">Where the file and its state are; only its user can write it.</param>
/// <param name="fileName">The file's name.</param>
/// <param name="time">The clock.</param>
public sealed class SharedAuditTrail(string directory, string fileName, TimeProvider time)
{
    private const string LockName = "audit.lock";
    private const uint OwnerOnly = 0x180; // 0600

    private readonly Lock _gate = new();
    private readonly JsonLinesOptions _options = new(Path.Combine(directory, fileName)) { Fsync = FsyncPolicy.None };

    private bool _isRecovered;

    /// <summary>Makes sure that records can be written.</summary>
    /// <exception cref="IOException">They cannot.</exception>
    public void Check() => Files.Open(_options.Path, Libc.O_WRONLY | Libc.O_CREAT | Libc.O_APPEND | Libc.O_NOFOLLOW, OwnerOnly).Dispose();

    /// <summary>Writes <paramref name="record"/>.</summary>
    /// <returns>The entry as it was written.</returns>
    /// <exception cref="IOException">It is not written.</exception>
    public AuditEntry Write(AuditRecord record)
    {
        lock (_gate)
        {
            return WriteInTurn(record);
        }
    }

    private AuditEntry WriteInTurn(AuditRecord record)
    {
        using SafeFileHandle turn = Files.Open(Path.Combine(directory, LockName), Libc.O_RDWR | Libc.O_CREAT | Libc.O_NOFOLLOW, OwnerOnly);
        FileLocks.Lock(turn, 0);
        using AuditState state = AuditState.Open(directory);
        using JsonLinesSink sink = new(_options);
        AuditEntry entry = AuditEntry.After(Recover(state, sink), time.GetUtcNow(), record);
        state.Begin(entry);
        try
        {
            sink.Write(entry, isReplay: false);
        }
        catch (IOException)
        {
            state.Cancel();
            throw;
        }

        state.Commit(entry.Head);
        return entry;
    }

    // What a writer that was killed left: its entry goes to the file if it is not there. A loss of power can leave the file ahead of the state: that is looked at once.
    private AuditHead Recover(AuditState state, JsonLinesSink sink)
    {
        AuditHead head = state.ReadHead() ?? AuditHead.Start;
        if (state.ReadPending(head) is AuditEntry pending)
        {
            sink.Write(pending, isReplay: true);
            head = pending.Head;
        }

        AuditHead start = !_isRecovered && sink.ReadLast() is AuditEntry last && last.Sequence > head.Sequence ? last.Head : head;
        _isRecovered = true;
        return start;
    }
}
