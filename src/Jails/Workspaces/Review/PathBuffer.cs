namespace AgentSandbox.Jails.Workspaces.Review;

/// <summary>The path of a place that is moved down and up by one name at a time.</summary>
internal sealed class PathBuffer
{
    private const byte Slash = (byte)'/';

    private readonly List<byte> _bytes = [];
    private readonly Stack<int> _lengths = new();

    /// <summary>Goes down to <paramref name="name"/>.</summary>
    internal void Descend(byte[] name)
    {
        _lengths.Push(_bytes.Count);
        _bytes.AddRange(name);
        _bytes.Add(Slash);
    }

    /// <summary>Goes up.</summary>
    internal void Ascend()
    {
        int length = _lengths.Pop();
        _bytes.RemoveRange(length, _bytes.Count - length);
    }

    /// <summary>The path of <paramref name="name"/> here.</summary>
    internal byte[] With(byte[] name)
    {
        byte[] path = new byte[_bytes.Count + name.Length];
        _bytes.CopyTo(path);
        name.CopyTo(path, _bytes.Count);
        return path;
    }
}
