using AgentSandbox.Kernel;
using Microsoft.Win32.SafeHandles;

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
            bool isCurrent = _stream is not null && IsCurrent(_stream); // asked first: what is rotated after was read to its end, or will be
            foreach (AuditEntry entry in _lines is null ? [] : ReadLines(_lines))
            {
                yield return entry;
            }

            if (isCurrent)
            {
                yield break;
            }

            // At the start, and after a rotation; there may have been more than one.
            List<FileStream> files = AuditFiles.Open(path, IsSeenBefore);
            _stream?.Dispose();
            _stream = files.FirstOrDefault();
            try
            {
                for (int i = files.Count - 1; i >= 0; i--)
                {
                    _lines = new(files[i]);
                    foreach (AuditEntry entry in ReadLines(_lines))
                    {
                        yield return entry;
                    }
                }
            }
            finally
            {
                files.ForEach(file => DisposeUnless(file == _stream, file));
            }

            if (_stream is null || !File.Exists(path))
            {
                yield break;
            }
        }
    }

    public void Dispose() => _stream?.Dispose();

    private static void DisposeUnless(bool isKept, FileStream file)
    {
        if (!isKept)
        {
            file.Dispose();
        }
    }

    // True if older files hold nothing new.
    private bool IsSeenBefore(FileStream file)
    {
        bool isSeen = new ByteLines(file).TryRead(out ReadOnlyMemory<byte> first) && AuditReader.Parse(path, first).Entry is { } entry && entry.Sequence <= seen + 1;
        file.Position = 0;
        return isSeen;
    }

    private IEnumerable<AuditEntry> ReadLines(ByteLines lines)
    {
        while (lines.TryRead(out ReadOnlyMemory<byte> line))
        {
            if (AuditReader.Parse(path, line).Entry is { } entry && entry.Sequence > seen)
            {
                seen = entry.Sequence;
                yield return entry;
            }
        }
    }

    private bool IsCurrent(FileStream stream)
    {
        if (!File.Exists(path))
        {
            return false;
        }

        using SafeFileHandle now = Files.OpenAnchor(path);
        return AuditFiles.Identity(stream.SafeFileHandle) == AuditFiles.Identity(now);
    }
}
