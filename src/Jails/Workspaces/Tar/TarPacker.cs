using System.Globalization;
using System.Text;
using AgentSandbox.Kernel;
using Microsoft.Win32.SafeHandles;

namespace AgentSandbox.Jails.Workspaces.Tar;

/// <summary>Makes a tar stream of a directory or file, piece by piece as it is asked for: regular files, directories, and links as links. Disposed, what it has open is closed.</summary>
/// <remarks>A file that changes meanwhile keeps the length that it had when its turn came: it is cut, or filled with zeros. What is gone when its turn comes is left out.</remarks>
public sealed class TarPacker : IDisposable
{
    private const int ChunkSize = 64 * 1024;
    private const int EndBlocks = 2;
    private const long LargestOctal = 0x1_ffff_ffff; // 11 digits

    private readonly FileTree _tree;
    private readonly CancellationToken _cancellation;
    private readonly IEnumerator<ReadOnlyMemory<byte>> _pieces;
    private readonly byte[] _chunk = new byte[ChunkSize];
    private ReadOnlyMemory<byte> _rest;

    /// <summary>Packs what is at <paramref name="path"/>; nothing is read yet.</summary>
    /// <param name="tree">Where it is.</param>
    /// <param name="path">A directory, whose entries are named from it on; or a file, which has its own name.</param>
    /// <param name="cancellation">Ends it.</param>
    public TarPacker(FileTree tree, TreePath path, CancellationToken cancellation)
    {
        _tree = tree;
        _cancellation = cancellation;
        _pieces = Pack(path).GetEnumerator();
    }

    /// <summary>Fills <paramref name="buffer"/> with what comes next.</summary>
    /// <returns>How many bytes; 0 at the end.</returns>
    /// <exception cref="SyscallException">EACCES: a file may not be read.</exception>
    /// <exception cref="WorkspaceException">Unfit: a path is too long to be named.</exception>
    public int Read(Span<byte> buffer)
    {
        int filled = 0;
        while (filled < buffer.Length && (!_rest.IsEmpty || Next()))
        {
            int count = Math.Min(_rest.Length, buffer.Length - filled);
            _rest.Span[..count].CopyTo(buffer[filled..]);
            _rest = _rest[count..];
            filled += count;
        }

        return filled;
    }

    /// <inheritdoc/>
    public void Dispose() => _pieces.Dispose();

    private bool Next()
    {
        bool more = _pieces.MoveNext();
        _rest = more ? _pieces.Current : default;
        return more;
    }

    private IEnumerable<ReadOnlyMemory<byte>> Pack(TreePath path)
    {
        bool isDirectory = path.IsRoot || _tree.Stat(path).Kind == EntryKind.Directory;
        IEnumerable<ReadOnlyMemory<byte>> pieces = isDirectory ? PackDirectory(path) : PackEntry(path, path.Name.ToArray(), waitWith: null);
        foreach (ReadOnlyMemory<byte> piece in pieces)
        {
            yield return piece;
        }

        yield return new byte[EndBlocks * TarBlock.Size];
    }

    // Directories wait in a stack as paths: one fd is open for a directory and one for a file, however deep it goes.
    private IEnumerable<ReadOnlyMemory<byte>> PackDirectory(TreePath top)
    {
        Stack<(TreePath Path, TreePath Name)> waiting = new([(top, TreePath.Root)]);
        while (waiting.TryPop(out (TreePath Path, TreePath Name) next))
        {
            using SafeFileHandle? directory = TryOpen(() => _tree.OpenDirectory(next.Path), isTop: next.Path == top);
            if (directory is null)
            {
                continue;
            }

            foreach (DirectoryEntry entry in FileTree.Entries(directory, _cancellation))
            {
                TreePath path = next.Path.Append(entry.Name);
                TreePath name = next.Name.Append(entry.Name);
                foreach (ReadOnlyMemory<byte> piece in PackEntry(path, name.Bytes, waitWith: () => waiting.Push((path, name))))
                {
                    yield return piece;
                }
            }
        }
    }

    private IEnumerable<ReadOnlyMemory<byte>> PackEntry(TreePath path, ReadOnlyMemory<byte> name, Action? waitWith)
    {
        using SafeFileHandle? seen = TryOpen(() => _tree.Look(path), isTop: false);
        FileEntry? entry = seen is null ? null : FileEntry.From(name, Files.Stat(seen));
        switch (entry?.Kind)
        {
            case EntryKind.Directory:
                yield return Header(entry, TarBlock.Directory, [.. name.Span, (byte)'/'], [], 0);
                waitWith?.Invoke();
                break;
            case EntryKind.Link:
                yield return Header(entry, TarBlock.SymbolicLink, name.ToArray(), Files.ReadLinkBytes(seen!), 0);
                break;
            case EntryKind.Regular:
                using (SafeFileHandle file = Files.Reopen(seen!, Libc.O_RDONLY))
                {
                    yield return Header(entry, TarBlock.Regular, name.ToArray(), [], entry.Size);
                    foreach (ReadOnlyMemory<byte> piece in Content(file, entry.Size))
                    {
                        yield return piece;
                    }
                }

                break;
            default:
                break; // gone, or a FIFO, socket or device
        }
    }

    private IEnumerable<ReadOnlyMemory<byte>> Content(SafeFileHandle file, long length)
    {
        for (long offset = 0; offset < length;)
        {
            _cancellation.ThrowIfCancellationRequested();
            int wanted = (int)Math.Min(ChunkSize, length - offset);
            int count = Files.ReadAt(file, _chunk.AsSpan(0, wanted), offset);
            if (count == 0)
            {
                _chunk.AsSpan(0, wanted).Clear(); // it has become shorter
                count = wanted;
            }

            yield return _chunk.AsMemory(0, count);
            offset += count;
        }

        yield return new byte[TarBlock.Padding(length)];
    }

    private static SafeFileHandle? TryOpen(Func<SafeFileHandle> open, bool isTop)
    {
        try
        {
            return open();
        }
        catch (SyscallException changed) when (!isTop && changed.Errno is Errno.ENOENT or Errno.ENOTDIR or Errno.ELOOP or Errno.EXDEV)
        {
            return null;
        }
    }

    // What does not fit the old fields stands in a pax header before it.
    private static byte[] Header(FileEntry entry, byte type, byte[] name, byte[] target, long length)
    {
        MemoryStream records = new();
        AddRecord(records, "path", name.Length > TarBlock.Name.End.Value ? name : null);
        AddRecord(records, "linkpath", target.Length > TarBlock.LinkName.End.Value - TarBlock.LinkName.Start.Value ? target : null);
        AddRecord(records, "size", length > LargestOctal ? Encoding.ASCII.GetBytes(length.ToString(CultureInfo.InvariantCulture)) : null);
        byte[] extended = records.ToArray();
        byte[] block = Block(type, name, target, entry.Mode & 0b111_111_111, Math.Min(length, LargestOctal), entry.ModifiedSeconds);
        return extended.Length == 0
            ? block
            : [.. Block(TarBlock.Extended, "pax"u8, [], 0b110_100_100, extended.Length, 0), .. extended, .. new byte[TarBlock.Padding(extended.Length)], .. block];
    }

    // "LENGTH KEY=VALUE\n", where LENGTH counts itself.
    private static void AddRecord(MemoryStream records, string key, byte[]? value)
    {
        if (value is null)
        {
            return;
        }

        int rest = key.Length + value.Length + 3;
        int length = rest + 1;
        while (length != rest + length.ToString(CultureInfo.InvariantCulture).Length)
        {
            length = rest + length.ToString(CultureInfo.InvariantCulture).Length;
        }

        records.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{length} {key}=")));
        records.Write(value);
        records.Write("\n"u8);
    }

    private static byte[] Block(byte type, ReadOnlySpan<byte> name, ReadOnlySpan<byte> target, uint mode, long length, long modified)
    {
        byte[] block = new byte[TarBlock.Size];
        Put(block.AsSpan(TarBlock.Name), name);
        Octal(block.AsSpan(TarBlock.Mode), mode);
        Octal(block.AsSpan(TarBlock.Uid), 0);
        Octal(block.AsSpan(TarBlock.Gid), 0);
        Octal(block.AsSpan(TarBlock.Length), length);
        Octal(block.AsSpan(TarBlock.Modified), Math.Clamp(modified, 0, LargestOctal));
        block[TarBlock.TypeOffset] = type;
        Put(block.AsSpan(TarBlock.LinkName), target);
        "ustar\0"u8.CopyTo(block.AsSpan(TarBlock.Magic));
        "00"u8.CopyTo(block.AsSpan(TarBlock.Version));
        Octal(block.AsSpan(TarBlock.Checksum), TarBlock.Sum(block));
        return block;
    }

    private static void Put(Span<byte> field, ReadOnlySpan<byte> text) => text[..Math.Min(text.Length, field.Length)].CopyTo(field);

    private static void Octal(Span<byte> field, long value)
    {
        for (int i = field.Length - 2; i >= 0; i--, value >>= 3)
        {
            field[i] = (byte)('0' + (value & 7));
        }
    }
}
