using System.Globalization;
using AgentSandbox.Kernel;
using Microsoft.Win32.SafeHandles;

namespace AgentSandbox.Jails.Workspaces.Tar;

/// <summary>Unpacks a tar stream beneath a directory, as it comes. Disposed before its end, the entry that was under way is gone; those before it stay.</summary>
/// <remarks>No entry leads out: absolute paths and <c>..</c> are refused, links are made and never followed. Devices, FIFOs and sparse files are refused, setuid bits are dropped,
/// and what the archive says of owners is not heard.</remarks>
public sealed class TarUnpacker : IDisposable
{
    private const int LargestExtended = 64 * 1024;
    private const int MostDirectoryBytes = 32 * 1024 * 1024; // beyond it directories have the time at which they were unpacked
    private const int DirectoryOverhead = 100;
    private const uint OwnerAll = 0b111_000_000;
    private const uint Permissions = 0b111_111_111;

    private readonly FileTree _tree;
    private readonly TreePath _top;
    private readonly byte[] _block = new byte[TarBlock.Size];
    private readonly MemoryStream _collected = new();
    private readonly TarExtension _extension = new();
    private readonly List<(TreePath Path, long Modified)> _directories = []; // they get their times last: what is made in them changes these
    private int _directoryBytes;
    private int _blockLength;
    private long _left; // of the entry's content
    private int _padding;
    private byte _collecting; // the type of the header whose content is collected; 0: none
    private PendingFile? _file;
    private long _modified;
    private bool _isOver;

    /// <summary>Unpacks into <paramref name="top"/>.</summary>
    /// <param name="tree">Where it is.</param>
    /// <param name="top">A directory, which must be there.</param>
    /// <exception cref="SyscallException">ENOTDIR: it is none. As openat2(2).</exception>
    public TarUnpacker(FileTree tree, TreePath top)
    {
        _tree = tree;
        _top = top;
        tree.OpenDirectory(top).Dispose();
    }

    /// <summary>Files, directories and links that were made.</summary>
    public long Entries { get; private set; }

    /// <summary>The bytes of the files.</summary>
    public long Bytes { get; private set; }

    /// <summary>Unpacks what comes next.</summary>
    /// <exception cref="WorkspaceException">Malformed: it is no tar stream, or names what must not be.</exception>
    /// <exception cref="SyscallException">ENOSPC: no room. ELOOP: a link stands where a directory should.</exception>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty && !_isOver)
        {
            int count = _left > 0 ? Content(bytes) : _padding > 0 ? Skip(bytes) : Header(bytes);
            bytes = bytes[count..];
        }
    }

    /// <summary>The stream has ended.</summary>
    /// <exception cref="WorkspaceException">Malformed: the archive has not.</exception>
    public void Complete()
    {
        if (!_isOver)
        {
            throw WorkspaceException.Malformed("the archive is cut off: its end is missing");
        }

        _directories.ForEach(directory => SetTime(directory.Path, directory.Modified));
        _directories.Clear();
    }

    /// <inheritdoc/>
    public void Dispose() => _file?.Dispose();

    private int Content(ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<byte> part = bytes[..(int)Math.Min(bytes.Length, _left)];
        if (_collecting != 0)
        {
            _collected.Write(part);
        }
        else
        {
            _file!.Write(part);
            Bytes += part.Length;
        }

        _left -= part.Length;
        if (_left == 0)
        {
            EndContent();
        }

        return part.Length;
    }

    private int Skip(ReadOnlySpan<byte> bytes)
    {
        int count = Math.Min(bytes.Length, _padding);
        _padding -= count;
        return count;
    }

    private int Header(ReadOnlySpan<byte> bytes)
    {
        int count = Math.Min(bytes.Length, TarBlock.Size - _blockLength);
        bytes[..count].CopyTo(_block.AsSpan(_blockLength));
        _blockLength += count;
        if (_blockLength == TarBlock.Size)
        {
            _blockLength = 0;
            if (_block.AsSpan().IndexOfAnyExcept((byte)0) < 0)
            {
                _isOver = true; // what follows fills a tape's record
            }
            else
            {
                Begin(TarHeader.Parse(_block));
            }
        }

        return count;
    }

    private void Begin(TarHeader header)
    {
        if (TarExtension.IsOne(header.Type))
        {
            _collecting = header.Length <= LargestExtended ? header.Type : throw WorkspaceException.Malformed($"a header of the archive has more than {LargestExtended} bytes");
            Expect(header.Length);
            return;
        }

        header = _extension.Complete(header);
        _modified = header.Modified;
        bool isDirectory = header.Type == TarBlock.Directory || (header.Type == TarBlock.OldRegular && header.Name is [.., (byte)'/']);
        TreePath? path = PathOf(header.Name);
        if (path is null)
        {
            Expect(isDirectory ? 0 : throw WorkspaceException.Malformed("an entry of the archive that is no directory has no name"));
            return;
        }

        Entries++;
        switch (header.Type)
        {
            case TarBlock.Directory or TarBlock.OldRegular when isDirectory:
                MakeDirectory(path, header.Mode);
                Remember(path, header.Modified);
                Expect(0);
                break;
            case TarBlock.Regular or TarBlock.OldRegular or TarBlock.Contiguous:
                _tree.OpenOrMake(path.Parent).Dispose();
                _file = _tree.BeginWrite(path, header.Mode & Permissions, createOnly: false);
                Expect(header.Length);
                break;
            case TarBlock.SymbolicLink:
                Replace(path, (parent, temporary) =>
                {
                    Files.MakeLink(header.LinkName, parent, temporary);
                    Files.SetTimes(parent, temporary, Time(header.Modified), Time(header.Modified));
                });
                Expect(0);
                break;
            case TarBlock.HardLink:
                TreePath target = PathOf(header.LinkName) ?? throw WorkspaceException.Malformed($"{path}: a hard link in the archive points to nothing");
                using (SafeFileHandle from = _tree.OpenParent(target))
                {
                    byte[] targetName = target.Name.ToArray();
                    Replace(path, (parent, temporary) => Files.MakeHardLink(from, targetName, parent, temporary));
                }

                Expect(0);
                break;
            default:
                throw WorkspaceException.Malformed($"{path}: an entry of type '{Type(header.Type)}' in the archive: only files, directories and links are unpacked");
        }
    }

    private void Expect(long length)
    {
        _left = length;
        _padding = TarBlock.Padding(length);
        if (length == 0)
        {
            EndContent();
        }
    }

    private void EndContent()
    {
        if (_collecting != 0)
        {
            _extension.Add(_collecting, _collected.ToArray());
            _collecting = 0;
            _collected.SetLength(0);
        }

        if (_file is not null)
        {
            _file.SetModified(_modified);
            _file.Complete();
            _file.Dispose();
            _file = null;
        }
    }

    // Null: the top itself.
    private TreePath? PathOf(byte[] name)
    {
        ReadOnlySpan<byte> rest = name;
        while (rest.StartsWith("./"u8))
        {
            rest = rest[2..];
        }

        rest = rest.TrimEnd((byte)'/');
        if (rest.IsEmpty || rest.SequenceEqual("."u8))
        {
            return name.Length > 0 && name[0] != '/' ? null : throw WorkspaceException.Malformed($"the path '{FileName.Show(name)}' in the archive is absolute, or none");
        }

        TreePath path = TreePath.Parse(name.Length > 0 && name[0] == '/' ? name : rest.ToArray());
        return _top.IsRoot ? path : TreePath.Parse([.. _top.Bytes.Span, (byte)'/', .. path.Bytes.Span]);
    }

    private void MakeDirectory(TreePath path, uint mode)
    {
        using SafeFileHandle parent = _tree.OpenOrMake(path.Parent);
        try
        {
            Files.MakeDirectory(parent, path.Name, (mode & Permissions) | OwnerAll); // its entries come after it
        }
        catch (SyscallException there) when (there.Errno == Errno.EEXIST)
        {
            _tree.OpenDirectory(path).Dispose(); // it has to be a directory
        }
    }

    private void Remember(TreePath directory, long modified)
    {
        _directoryBytes = Math.Min(MostDirectoryBytes + 1, _directoryBytes + directory.Bytes.Length + DirectoryOverhead);
        if (_directoryBytes <= MostDirectoryBytes)
        {
            _directories.Add((directory, modified));
        }
    }

    private void SetTime(TreePath directory, long modified)
    {
        try
        {
            using SafeFileHandle parent = _tree.OpenParent(directory);
            Files.SetTimes(parent, directory.Name, Time(modified), Time(modified));
        }
        catch (SyscallException gone) when (gone.Errno is Errno.ENOENT or Errno.ENOTDIR or Errno.ELOOP or Errno.EPERM)
        {
            return; // the jail put something else there meanwhile
        }
    }

    private static statx_timestamp Time(long seconds) => new() { tv_sec = seconds };

    private void Replace(TreePath path, Action<SafeFileHandle, byte[]> make)
    {
        using SafeFileHandle parent = _tree.OpenOrMake(path.Parent);
        byte[] temporary = PendingFile.TemporaryName();
        make(parent, temporary);
        try
        {
            Files.Rename(parent, temporary, parent, path.Name);
        }
        finally
        {
            TreeRemoval.TryRemove(parent, temporary); // two names of one file stay two names: rename(2)
        }
    }

    private static string Type(byte type) => type is > (byte)' ' and < 127 ? ((char)type).ToString() : string.Create(CultureInfo.InvariantCulture, $"\\x{type:x2}");
}
