using System.Globalization;
using System.Text;

namespace AgentSandbox.Jails.Workspaces.Tar;

/// <summary>What headers before an entry say of it: what did not fit its own.</summary>
internal sealed class TarExtension
{
    private byte[]? _name;
    private byte[]? _linkName;
    private long? _length;

    /// <summary>True if a header of that type stands before an entry and says something of it.</summary>
    internal static bool IsOne(byte type) => type is TarBlock.Extended or TarBlock.GlobalExtended or TarBlock.LongName or TarBlock.LongLink;

    /// <summary>Takes in the content of such a header.</summary>
    /// <exception cref="WorkspaceException">Malformed: it has no records, or describes a sparse file.</exception>
    internal void Add(byte type, byte[] content)
    {
        switch (type)
        {
            case TarBlock.LongName:
                _name = TarHeader.Text(content);
                break;
            case TarBlock.LongLink:
                _linkName = TarHeader.Text(content);
                break;
            case TarBlock.Extended:
                AddRecords(content);
                break;
            default:
                break; // global ones hold comments and times
        }
    }

    /// <summary>The header of the entry, with all that was said of it. The next entry begins anew.</summary>
    internal TarHeader Complete(TarHeader header)
    {
        TarHeader complete = header with { Name = _name ?? header.Name, LinkName = _linkName ?? header.LinkName, Length = _length ?? header.Length };
        (_name, _linkName, _length) = (null, null, null);
        return complete;
    }

    // Each: "LENGTH KEY=VALUE\n", where LENGTH counts itself.
    private void AddRecords(ReadOnlySpan<byte> records)
    {
        while (!records.IsEmpty)
        {
            int blank = records.IndexOf((byte)' ');
            if (blank <= 0 || !int.TryParse(records[..blank], NumberStyles.None, CultureInfo.InvariantCulture, out int length) || length <= blank + 1 || length > records.Length || records[length - 1] != '\n')
            {
                throw WorkspaceException.Malformed("the archive is damaged: a pax header has no records");
            }

            ReadOnlySpan<byte> record = records[(blank + 1)..(length - 1)];
            int equals = record.IndexOf((byte)'=');
            Add(Encoding.ASCII.GetString(record[..Math.Max(equals, 0)]), record[(equals + 1)..]);
            records = records[length..];
        }
    }

    private void Add(string key, ReadOnlySpan<byte> value)
    {
        switch (key)
        {
            case "path":
                _name = value.ToArray();
                break;
            case "linkpath":
                _linkName = value.ToArray();
                break;
            case "size":
                _length = long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out long length) ? length : throw WorkspaceException.Malformed("the archive is damaged: a size is no number");
                break;
            case not null when key.StartsWith("GNU.sparse", StringComparison.Ordinal):
                throw WorkspaceException.Malformed("the archive has a sparse file: pack it without --sparse");
            default:
                break; // owners, times and the like
        }
    }
}
