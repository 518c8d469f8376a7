using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using AgentSandbox.Kernel;
using Microsoft.Win32.SafeHandles;

namespace AgentSandbox.Audit;

/// <summary>Where the chain is, over restarts: the head, and the entry that is on its way to the sinks.</summary>
/// <remarks>The entry is written down before any sink gets it, the head after one has it. So a daemon that is killed anywhere between knows at its next start
/// what the sinks may lack, and gives it to them again. Neither write waits for the disk.</remarks>
internal sealed class AuditState : IDisposable
{
    private const string FileName = "audit.state";
    private const uint OwnerOnly = 0x180; // 0600
    private const int HeadSize = 128;
    private const int PendingOffset = 4096; // a page of its own
    private const int UsualSize = 64 * 1024;
    private const int KeptSize = 1024 * 1024;

    private readonly SafeFileHandle _file;

    private AuditState(SafeFileHandle file) => _file = file;

    /// <summary>Opens the state in <paramref name="directory"/>.</summary>
    /// <exception cref="IOException">It cannot be opened, or another daemon has it.</exception>
    internal static AuditState Open(string directory)
    {
        string path = Path.Combine(directory, FileName);
        SafeFileHandle file = Files.Open(path, Libc.O_RDWR | Libc.O_CREAT | Libc.O_NOFOLLOW, OwnerOnly);
        try
        {
            if (!FileLocks.TryLock(file, 0))
            {
                throw new SyscallException("fcntl", Errno.EAGAIN, $"{path}: another daemon has it");
            }

            if (RandomAccess.GetLength(file) is long length && length < UsualSize)
            {
                RandomAccess.Write(file, new byte[UsualSize - length], length); // what a full disk cannot take away
            }

            return new(file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>The head that a daemon left in <paramref name="directory"/>; null if none did.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    internal static AuditHead? ReadHead(string directory)
    {
        string path = Path.Combine(directory, FileName);
        if (!File.Exists(path))
        {
            return null;
        }

        using SafeFileHandle file = Files.Open(path, Libc.O_RDONLY | Libc.O_NOFOLLOW);
        return ReadHead(file);
    }

    /// <summary>The head; null in a new file.</summary>
    internal AuditHead? ReadHead() => ReadHead(_file);

    /// <summary>The entry that was on its way after <paramref name="head"/>; null if none was.</summary>
    internal AuditEntry? ReadPending(AuditHead head)
    {
        Span<byte> prefix = stackalloc byte[sizeof(int)];
        if (RandomAccess.Read(_file, prefix, PendingOffset) < prefix.Length)
        {
            return null;
        }

        int length = BinaryPrimitives.ReadInt32LittleEndian(prefix);
        if (length <= 0 || length > RandomAccess.GetLength(_file) - PendingOffset - prefix.Length)
        {
            return null;
        }

        byte[] line = new byte[length];
        RandomAccess.Read(_file, line, PendingOffset + prefix.Length);
        try
        {
            AuditEntry entry = AuditJson.Read(line);
            return entry.IsGenuine && entry.Sequence == head.Sequence + 1 && entry.PreviousHash == head.Hash ? entry : null;
        }
        catch (FormatException)
        {
            return null; // cut short by the crash: no sink got it
        }
    }

    /// <summary>Notes that <paramref name="entry"/> goes to the sinks now.</summary>
    internal void Begin(AuditEntry entry)
    {
        byte[] line = AuditJson.WriteLine(entry);
        byte[] framed = new byte[sizeof(int) + line.Length];
        BinaryPrimitives.WriteInt32LittleEndian(framed, line.Length);
        line.CopyTo(framed, sizeof(int));
        RandomAccess.Write(_file, framed, PendingOffset);
        if (RandomAccess.GetLength(_file) is long length && length > KeptSize && length > PendingOffset + framed.Length)
        {
            RandomAccess.SetLength(_file, PendingOffset + framed.Length); // a very large entry before
        }
    }

    /// <summary>Notes that no sink took the entry: it never was.</summary>
    internal void Cancel() => RandomAccess.Write(_file, stackalloc byte[sizeof(int)], PendingOffset);

    /// <summary>Notes that the chain is at <paramref name="head"/>.</summary>
    internal void Commit(AuditHead head)
    {
        Span<byte> slot = stackalloc byte[HeadSize];
        slot.Fill((byte)' ');
        slot[^1] = (byte)'\n';
        Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{head.Sequence} {head.Hash}"), slot);
        RandomAccess.Write(_file, slot, 0);
    }

    public void Dispose() => _file.Dispose();

    private static AuditHead? ReadHead(SafeFileHandle file)
    {
        Span<byte> slot = stackalloc byte[HeadSize];
        int count = RandomAccess.Read(file, slot, 0);
        string[] words = Encoding.ASCII.GetString(slot[..count]).Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
        return words.Length == 2 && long.TryParse(words[0], CultureInfo.InvariantCulture, out long sequence) && words[1].Length == AuditEntry.NoHash.Length
            ? new(sequence, words[1])
            : null;
    }
}
