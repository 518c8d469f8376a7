using AgentSandbox.Kernel;

namespace AgentSandbox.Jails.Workspaces;

/// <summary>A path beneath a tree's root, checked: relative, without <c>.</c>, <c>..</c>, empty part and NUL, at most 4,096 bytes.</summary>
public sealed class TreePath
{
    private const int MaxBytes = 4096;
    private const byte Slash = (byte)'/';

    private readonly byte[] _bytes;

    private TreePath(byte[] bytes)
    {
        _bytes = bytes;
    }

    /// <summary>The root itself.</summary>
    public static TreePath Root { get; } = new([]);

    /// <summary>True for the root itself.</summary>
    public bool IsRoot => _bytes.Length == 0;

    /// <summary>Its bytes, as a caller would write them.</summary>
    public ReadOnlyMemory<byte> Bytes => _bytes;

    /// <summary>The directory that it lies in.</summary>
    public TreePath Parent => LastSlash < 0 ? Root : new(_bytes[..LastSlash]);

    /// <summary>The last part.</summary>
    public ReadOnlySpan<byte> Name => _bytes.AsSpan(LastSlash + 1);

    /// <summary>As openat2 takes it.</summary>
    internal ReadOnlySpan<byte> ForKernel => IsRoot ? "."u8 : _bytes;

    private int LastSlash => _bytes.AsSpan().LastIndexOf(Slash);

    /// <summary>A path as a caller wrote it; empty: the root.</summary>
    /// <exception cref="WorkspaceException">Malformed.</exception>
    public static TreePath Parse(string path)
    {
        byte[] bytes;
        try
        {
            bytes = FileName.Encode(path);
        }
        catch (System.Text.EncoderFallbackException)
        {
            throw WorkspaceException.Malformed("the path is no text");
        }

        return Parse(bytes);
    }

    /// <summary>A path as an archive has it.</summary>
    /// <exception cref="WorkspaceException">Malformed.</exception>
    public static TreePath Parse(byte[] path)
    {
        string? wrong = path.Length > MaxBytes ? $"has more than {MaxBytes} bytes"
            : path.AsSpan().Contains((byte)0) ? "has a NUL"
            : path.AsSpan().StartsWith("/"u8) ? "begins with a slash: paths are relative to the workspace"
            : null;
        if (wrong is null && path.Length > 0)
        {
            foreach (Range range in path.AsSpan().Split(Slash))
            {
                ReadOnlySpan<byte> part = path.AsSpan(range);
                wrong ??= part.IsEmpty ? "has an empty part" : part.SequenceEqual("."u8) || part.SequenceEqual(".."u8) ? "has a part '.' or '..'" : null;
            }
        }

        return wrong is null ? new TreePath(path) : throw WorkspaceException.Malformed($"the path '{Shorten(FileName.Show(path))}' {wrong}");
    }

    /// <summary>The entry <paramref name="name"/> in this directory.</summary>
    /// <exception cref="WorkspaceException">The path has more than 4,096 bytes: too deep to be named.</exception>
    internal TreePath Append(ReadOnlySpan<byte> name) => _bytes.Length + 1 + name.Length > MaxBytes
        ? throw new WorkspaceException(WorkspaceFault.Unfit, $"{Shorten(ToString())}: what lies deeper has paths of more than {MaxBytes} bytes")
        : new TreePath(IsRoot ? name.ToArray() : [.. _bytes, Slash, .. name]);

    /// <summary>The parts, from the root down.</summary>
    internal IEnumerable<byte[]> Parts()
    {
        for (int start = 0; start < _bytes.Length;)
        {
            int length = _bytes.AsSpan(start).IndexOf(Slash);
            length = length < 0 ? _bytes.Length - start : length;
            yield return _bytes[start..(start + length)];
            start += length + 1;
        }
    }

    /// <inheritdoc/>
    public override string ToString() => FileName.Show(_bytes);

    private static string Shorten(string path)
    {
        const int Shown = 200;
        return path.Length <= Shown ? path : path[..Shown] + "...";
    }
}
