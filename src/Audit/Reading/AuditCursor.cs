using AgentSandbox.Kernel;

namespace AgentSandbox.Audit;

/// <summary>How far somebody has read a file and those that it was rotated to.</summary>
/// <param name="path">The file.</param>
/// <param name="seen">The sequence number that was read last; 0 for none.</param>
internal sealed class AuditCursor(string path, long seen) : IDisposable
{
    private FileStream? _stream;
    private ByteLines? _lines;

    /// <summary>What came since the last call.</summary>
    /// <exception cref="IOException">A file cannot be read.</exception>
    internal IEnumerable<AuditEntry> ReadNew()
    {
        while (true)
        {
            if (_stream is not null)
            {
                bool isCurrent = IsCurrent(_stream); // asked first: a file that was rotated before is read to its end after
                foreach (AuditEntry entry in ReadLines())
                {
                    yield return entry;
                }

                if (isCurrent)
                {
                    yield break;
                }
            }

            // At the start, and after a rotation; there may have been more than one.
            foreach (string file in AuditFiles.Find(path))
            {
                Open(file);
                foreach (AuditEntry entry in ReadLines())
                {
                    yield return entry;
                }
            }

            if (_stream is null || !IsCurrent(_stream))
            {
                yield break;
            }
        }
    }

    public void Dispose() => _stream?.Dispose();

    private IEnumerable<AuditEntry> ReadLines()
    {
        while (_lines!.TryRead(out ReadOnlyMemory<byte> line))
        {
            if (AuditReader.Parse(path, line).Entry is { } entry && entry.Sequence > seen)
            {
                seen = entry.Sequence;
                yield return entry;
            }
        }
    }

    private void Open(string file)
    {
        _stream?.Dispose();
        _stream = new(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        _lines = new(_stream);
    }

    private bool IsCurrent(FileStream stream)
    {
        if (!File.Exists(path))
        {
            return false;
        }

        using Microsoft.Win32.SafeHandles.SafeFileHandle now = Files.OpenAnchor(path);
        statx open = Files.Stat(stream.SafeFileHandle);
        statx named = Files.Stat(now);
        return (open.stx_ino, open.stx_dev_major, open.stx_dev_minor) == (named.stx_ino, named.stx_dev_major, named.stx_dev_minor);
    }
}
