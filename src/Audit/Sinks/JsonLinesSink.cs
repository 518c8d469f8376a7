using AgentSandbox.Kernel;
using Microsoft.Win32.SafeHandles;

namespace AgentSandbox.Audit;

/// <summary>A file with a JSON object a line (mode 0600), rotated by size. The chain goes on from file to file.</summary>
public sealed class JsonLinesSink : IAuditSink
{
    private const uint OwnerOnly = 0x180; // 0600

    private readonly JsonLinesOptions _options;
    private readonly Lock _gate = new();
    private readonly Timer? _flusher;
    private SafeFileHandle? _file;
    private long _length;
    private bool _isDirty;
    private IOException? _flushFailure;

    /// <summary>A sink of <paramref name="options"/>. The file is opened when it is needed.</summary>
    public JsonLinesSink(JsonLinesOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.MaxBytes);
        ArgumentOutOfRangeException.ThrowIfNegative(options.KeptFiles);
        _options = options;
        _flusher = options.Fsync == FsyncPolicy.Interval ? new(_ => FlushInTime(), null, options.FsyncInterval, options.FsyncInterval) : null;
    }

    /// <inheritdoc/>
    public string Name => "file";

    /// <inheritdoc/>
    public void Write(AuditEntry entry, bool isReplay)
    {
        byte[] line = AuditJson.WriteLine(entry);
        lock (_gate)
        {
            if (isReplay && ReadLast() is { } last && last.Sequence >= entry.Sequence)
            {
                return;
            }

            ThrowFlushFailure();
            Open();
            if (_length > 0 && _length + line.Length > _options.MaxBytes)
            {
                Rotate();
            }

            try
            {
                Files.WriteAll(_file!, line);
                _isDirty = true;
                if (_options.Fsync == FsyncPolicy.Each)
                {
                    Flush();
                }

                _length += line.Length;
            }
            catch (IOException)
            {
                TakeBack();
                throw;
            }
        }
    }

    /// <inheritdoc/>
    /// <remarks>A line that a crash cut short is not there: nobody was told that it is.</remarks>
    public AuditEntry? ReadLast()
    {
        lock (_gate)
        {
            Open();
            return LastLine.Read(_options.Path) ?? LastLine.Read(OlderPath(1));
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _flusher?.Dispose();
        lock (_gate)
        {
            if (_file is not null && _options.Fsync != FsyncPolicy.None)
            {
                Flush();
            }

            Close();
        }
    }

    private void Open()
    {
        if (_file is not null)
        {
            return;
        }

        SafeFileHandle file = Files.Open(_options.Path, Libc.O_RDWR | Libc.O_CREAT | Libc.O_APPEND | Libc.O_NOFOLLOW, OwnerOnly);
        try
        {
            if (!FileLocks.TryLock(file, 0))
            {
                throw new SyscallException("fcntl", Errno.EAGAIN, $"{_options.Path}: another daemon writes it");
            }

            _length = LastLine.FindEnd(file);
            RandomAccess.SetLength(file, _length);
            _file = file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private void Rotate()
    {
        if (_options.Fsync != FsyncPolicy.None && _isDirty)
        {
            Flush();
        }

        Close();
        if (_options.KeptFiles == 0)
        {
            File.Delete(_options.Path);
        }

        for (int age = _options.KeptFiles; age > 0; age--)
        {
            string younger = age == 1 ? _options.Path : OlderPath(age - 1);
            if (File.Exists(younger))
            {
                File.Move(younger, OlderPath(age), overwrite: true);
            }
        }

        Open();
    }

    // What was written of an entry that is not kept is no part of the chain.
    private void TakeBack()
    {
        try
        {
            RandomAccess.SetLength(_file!, _length);
        }
        finally
        {
            Close(); // the next write looks at the file anew
        }
    }

    private void Flush()
    {
        RandomAccess.FlushToDisk(_file!);
        _isDirty = false;
    }

    // The disk is waited for beside the lock: no write waits with it.
    private void FlushInTime()
    {
        try
        {
            using SafeFileHandle? file = TakeDirty();
            if (file is not null)
            {
                RandomAccess.FlushToDisk(file);
            }
        }
        catch (IOException e)
        {
            lock (_gate)
            {
                _flushFailure = e; // the next write tells
            }
        }
    }

    private SafeFileHandle? TakeDirty()
    {
        lock (_gate)
        {
            if (_file is null || !_isDirty)
            {
                return null;
            }

            _isDirty = false;
            return Files.Duplicate(_file);
        }
    }

    private void ThrowFlushFailure()
    {
        if (_flushFailure is { } failure)
        {
            _flushFailure = null;
            Close();
            throw new IOException($"entries may be lost: {failure.Message}", failure);
        }
    }

    private void Close()
    {
        _file?.Dispose();
        _file = null;
    }

    private string OlderPath(int age) => AuditFiles.Older(_options.Path, age);
}
