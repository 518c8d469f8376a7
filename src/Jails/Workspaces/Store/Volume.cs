using System.Globalization;
using System.Text;
using AgentSandbox.Kernel;
using Microsoft.Win32.SafeHandles;

namespace AgentSandbox.Jails.Workspaces.Store;

/// <summary>A volume that is mounted: the layers of one workspace on a file system of their own, whose size is the quota. Disposed by each who opened it, it is unmounted.</summary>
internal sealed class Volume : IDisposable
{
    /// <summary>The part of a layer that overlayfs shows.</summary>
    internal const string Data = "data";

    /// <summary>The part of a layer that overlayfs works in.</summary>
    internal const string Work = "work";

    /// <summary>An empty directory: overlayfs wants one beneath the first layer.</summary>
    internal const string Empty = "empty";

    private const int EntryBuffer = 4096;
    private const string Links = "links";
    private const uint LinksMode = 0b111_000_000;
    private const uint LayerMode = 0b111_101_101;
    private const uint DataMode = 0b111_000_000;

    private readonly Lock _gate = new();
    private readonly Action<Volume> _released;
    private readonly Action<SafeFileHandle> _place;
    private readonly SafeFileHandle _mount;

    /// <summary>A volume.</summary>
    /// <param name="id">Its name.</param>
    /// <param name="mount">Where it is mounted; owned by this object.</param>
    /// <param name="released">Called by each <see cref="Dispose"/>.</param>
    /// <param name="place">Attaches it somewhere.</param>
    internal Volume(string id, SafeFileHandle mount, Action<Volume> released, Action<SafeFileHandle> place)
    {
        _place = place;
        Id = id;
        _mount = mount;
        _released = released;
        Root = Files.OpenBeneath(mount, "."u8, Libc.O_RDONLY | Libc.O_DIRECTORY);
        LastNumber = Numbers().Append(0).Max();
        if (!Files.ListDirectories(Root).Contains(Empty))
        {
            Files.MakeDirectory(Root, Empty, LayerMode);
        }
    }

    /// <summary>Its name: that of the workspace it was made for.</summary>
    internal string Id { get; }

    /// <summary>A mount of it as another one: with <paramref name="idmap"/>'s owners. Attached nowhere; the caller disposes it.</summary>
    internal SafeFileHandle CloneMount(SafeFileHandle idmap)
    {
        SafeFileHandle clone = CloneMount();
        try
        {
            Files.SetMountAttributes(clone, Libc.MOUNT_ATTR_IDMAP, idmap, recursive: false);
            return clone;
        }
        catch
        {
            clone.Dispose();
            throw;
        }
    }

    /// <summary>Attaches it somewhere, if it is not yet: before Linux 6.15 only what is attached can be copied, and be a layer.</summary>
    internal void Place()
    {
        lock (_gate)
        {
            if (!IsPlaced)
            {
                _place(_mount);
                IsPlaced = true;
            }
        }
    }

    /// <summary>Its root directory.</summary>
    internal SafeFileHandle Root { get; }

    /// <summary>The highest number of a layer that was ever met.</summary>
    internal int LastNumber { get; set; }

    /// <summary>True: it is attached somewhere.</summary>
    internal bool IsPlaced { get; private set; }

    /// <summary>How many have it open.</summary>
    internal int Users { get; set; }

    /// <summary>The numbers of the layers in it.</summary>
    internal IEnumerable<int> Numbers() => Files.ListDirectories(Root)
        .Select(name => int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : 0)
        .Where(number => number > 0);

    /// <summary>A new layer, empty.</summary>
    /// <param name="uid">To whom it belongs.</param>
    /// <param name="gid">Its group.</param>
    /// <param name="like">The layer whose root directory's mode it takes; null: the usual one.</param>
    /// <returns>Its number.</returns>
    /// <exception cref="SyscallException">ENOSPC: the volume is full.</exception>
    internal int MakeLayer(uint uid, uint gid, int? like)
    {
        int number = ++LastNumber;
        byte[] name = Name(number);
        Files.MakeDirectory(Root, name, LayerMode);
        using SafeFileHandle layer = Open(number, "");
        foreach (string part in (string[])[Data, Work])
        {
            Files.MakeDirectory(layer, part, DataMode);
            Files.ChangeOwner(layer, Encoding.UTF8.GetBytes(part), uid, gid);
        }

        if (like is int other)
        {
            using SafeFileHandle before = Open(other, Data);
            using SafeFileHandle now = Open(number, Data);
            Files.ChangeMode(now, Files.Stat(before).stx_mode & 0xfffu);
        }

        return number;
    }

    /// <summary>Makes the layer that is written if it is not there yet: a state is written before its volume is mounted for the first time, and a crash of the
    /// host takes back what nothing was written to.</summary>
    internal void EnsureLayer(int number, uint uid, uint gid, int? like)
    {
        if (!Numbers().Contains(number))
        {
            int last = LastNumber;
            LastNumber = number - 1;
            MakeLayer(uid, gid, like);
            LastNumber = Math.Max(last, number);
        }
    }

    /// <summary>Copies a layer of another volume, under the same number.</summary>
    internal void CopyLayer(Volume other, int number, uint uid, uint gid)
    {
        EnsureLayer(number, uid, gid, like: null);
        using SafeFileHandle from = other.Open(number, Data);
        CopyTree(from, number);
    }

    /// <summary>Copies a tree into a layer that is empty, and makes its working directory anew.</summary>
    internal void CopyTree(SafeFileHandle from, int number)
    {
        using SafeFileHandle layer = Open(number, "");
        using SafeFileHandle to = Open(number, Data);
        Files.MakeDirectory(layer, Links, LinksMode);
        using (SafeFileHandle links = Open(number, Links))
        {
            new LayerCopy(links).Copy(from, to);
        }

        new TreeRemoval(CancellationToken.None).Remove(layer, Encoding.ASCII.GetBytes(Links));
    }

    /// <summary>Opens a part of a layer, or the layer itself. The caller disposes it.</summary>
    internal SafeFileHandle Open(int number, string part) =>
        Files.OpenBeneath(Root, part.Length == 0 ? Name(number) : [.. Name(number), (byte)'/', .. Encoding.UTF8.GetBytes(part)], Libc.O_RDONLY | Libc.O_DIRECTORY);

    /// <summary>True if nothing changed in a layer since it was made.</summary>
    internal bool IsEmpty(int number)
    {
        using SafeFileHandle data = Open(number, Data);
        List<DirectoryEntry> entries = [];
        while (entries.Count == 0 && Files.ReadEntries(data, new byte[EntryBuffer], entries))
        {
        }

        return entries.Count == 0;
    }

    /// <summary>Removes a layer, if it is there.</summary>
    internal void RemoveLayer(int number)
    {
        try
        {
            new TreeRemoval(CancellationToken.None).Remove(Root, Name(number));
        }
        catch (SyscallException gone) when (gone.Errno == Errno.ENOENT)
        {
            return; // somebody else removed it
        }
    }

    /// <summary>What it holds.</summary>
    internal VolumeUse ReadUse() => VolumeUse.From(Files.Space(Root));

    /// <summary>Lets go of it.</summary>
    public void Dispose() => _released(this);

    /// <summary>Closes it.</summary>
    internal void Close()
    {
        Root.Dispose();
        _mount.Dispose();
    }

    private SafeFileHandle CloneMount()
    {
        try
        {
            return Files.CloneTree(_mount, recursive: false);
        }
        catch (SyscallException refused) when (refused.Errno == Errno.EINVAL)
        {
            Place();
            return Files.CloneTree(_mount, recursive: false);
        }
    }

    private static byte[] Name(int number) => Encoding.ASCII.GetBytes(number.ToString(CultureInfo.InvariantCulture));
}
