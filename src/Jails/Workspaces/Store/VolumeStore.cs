using System.Diagnostics;
using AgentSandbox.Kernel;
using AgentSandbox.Jails.Policy;
using Microsoft.Win32.SafeHandles;

namespace AgentSandbox.Jails.Workspaces.Store;

/// <summary>Volumes: ext4 images of a size, mounted while they are in use. The kernel holds each workspace to its size, bytes and files, on every host that has loop devices.</summary>
internal sealed class VolumeStore
{
    private const string Suffix = ".img";
    private const string Unfinished = ".new";
    private const string Template = "template-";
    private const ulong Attributes = Libc.MOUNT_ATTR_NOSUID | Libc.MOUNT_ATTR_NODEV | Libc.MOUNT_ATTR_NOSYMFOLLOW;
    private const UnixFileMode OwnDirectory = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly Lock _templates = new();
    private readonly string _directory;
    private readonly string _mounts;
    private readonly Dictionary<string, Volume> _open = [];

    /// <summary>The volumes in <paramref name="directory"/>, of which an earlier run may have left mounts.</summary>
    internal VolumeStore(string directory)
    {
        _directory = directory;
        _mounts = Path.Combine(directory, "mounts");
        Directory.CreateDirectory(_mounts, OwnDirectory);
        foreach (string half in (string[])[.. Directory.GetFiles(directory, $"*{Suffix}{Unfinished}"), .. Directory.GetFiles(directory, $"{Template}*")])
        {
            File.Delete(half); // what was not completed, and what a crash of the host may have damaged
        }

        foreach (string left in Directory.GetDirectories(_mounts))
        {
            TakeAway(left);
        }
    }

    /// <summary>The names of all volumes.</summary>
    internal IEnumerable<string> Ids => Directory.GetFiles(_directory, $"*{Suffix}").Select(path => Path.GetFileName(path)[..^Suffix.Length]);

    /// <summary>The size of a volume's image, in bytes: a little more than what its files may take.</summary>
    internal long SizeOf(string id) => new FileInfo(PathOf(id)).Length;

    /// <summary>Why this host has no volumes; null: it has.</summary>
    internal static string? Missing => VolumeNeeds.Missing(HostFeatures.Current) is (string lack, string remedy) ? $"{lack} ({remedy})" : null;

    /// <summary>Makes a volume.</summary>
    /// <param name="id">Its name.</param>
    /// <param name="size">Its size.</param>
    /// <exception cref="PolicyException">This host cannot have it.</exception>
    internal void Create(string id, VolumeSize size)
    {
        if (Missing is string missing)
        {
            throw new PolicyException("host", $"it cannot hold a workspace to a size: {missing}");
        }

        string path = PathOf(id);
        using (SafeFileHandle image = Files.Open(path + Unfinished, Libc.O_RDWR | Libc.O_CREAT | Libc.O_EXCL | Libc.O_NOFOLLOW, 0b110_000_000))
        {
            statfs room = Files.Space(image);
            if (room.f_bavail * room.f_bsize < size.ImageBytes)
            {
                File.Delete(path + Unfinished);
                throw new PolicyException("host", $"its disk has no room for a workspace of {size.Bytes} bytes");
            }

            using SafeFileHandle template = OpenTemplate(size);
            Files.CopyContent(template, image, size.ImageBytes);
            Files.Sync(image);
        }

        File.Move(path + Unfinished, path);
    }

    /// <summary>Makes a volume anew that nobody has open, with another size.</summary>
    /// <param name="id">Its name.</param>
    /// <param name="size">Its size.</param>
    /// <param name="copy">Copies what it holds.</param>
    /// <exception cref="PolicyException">This host cannot have it, or what it holds does not fit.</exception>
    internal void Replace(string id, VolumeSize size, Action<Volume, Volume> copy)
    {
        string next = $"{id}.next";
        if (File.Exists(PathOf(next)))
        {
            File.Delete(PathOf(next)); // of an interrupted attempt
        }

        Create(next, size);
        try
        {
            using (Volume from = Open(id))
            using (Volume to = Open(next))
            {
                copy(from, to);
                Files.SyncFileSystem(to.Root);
            }
        }
        catch (SyscallException full) when (full.Errno == Errno.ENOSPC)
        {
            File.Delete(PathOf(next));
            throw new PolicyException("state", "it holds more than that");
        }

        lock (_open)
        {
            if (_open.ContainsKey(id))
            {
                File.Delete(PathOf(next));
                throw new PolicyException("state", "somebody looks at it, as to compare it: try it again");
            }

            File.Move(PathOf(next), PathOf(id), overwrite: true);
        }
    }

    /// <summary>Removes a volume, and with it all layers in it. A jail that still sees it keeps it until it ends.</summary>
    internal void Remove(string id) => File.Delete(PathOf(id));

    /// <summary>Mounts a volume, or finds it mounted. The caller disposes it.</summary>
    /// <exception cref="SyscallException">As <see cref="MountedImage.Mount"/>.</exception>
    internal Volume Open(string id)
    {
        lock (_open)
        {
            if (!_open.TryGetValue(id, out Volume? volume))
            {
                using SafeFileHandle image = Files.Open(PathOf(id), Libc.O_RDWR | Libc.O_NOFOLLOW);
                SafeFileHandle mount = MountedImage.Mount(image, Attributes);
                volume = new Volume(id, mount, Release, opened => Place(opened, Path.Combine(_mounts, id)));
                _open[id] = volume;
            }

            volume.Users++;
            return volume;
        }
    }

    /// <summary>What a volume holds, without mounting it: as its file system says where it is mounted, and where it is not as it said last.</summary>
    /// <exception cref="FileNotFoundException">It is gone.</exception>
    internal VolumeUse LookAtUse(string id)
    {
        lock (_open)
        {
            if (_open.TryGetValue(id, out Volume? volume))
            {
                return volume.ReadUse();
            }
        }

        return VolumeUse.FromImage(PathOf(id));
    }

    /// <summary>Runs <paramref name="use"/>; if the kernel wants it so, with the mounts in places of ours: before Linux 6.15 overlayfs takes no layers of mounts that are attached nowhere.</summary>
    internal T WhileAttached<T>(IReadOnlyList<SafeFileHandle> mounts, Func<T> use)
    {
        try
        {
            return use();
        }
        catch (SyscallException refused) when (refused.Errno == Errno.EINVAL)
        {
            return WhilePlaced(mounts, use);
        }
    }

    private T WhilePlaced<T>(IReadOnlyList<SafeFileHandle> mounts, Func<T> use)
    {
        List<string> places = [];
        try
        {
            foreach (SafeFileHandle mount in mounts)
            {
                places.Add(Path.Combine(_mounts, $"t-{Guid.NewGuid():N}"));
                Place(mount, places[^1]);
            }

            return use();
        }
        finally
        {
            places.ForEach(TakeAway);
        }
    }

    private static void Place(SafeFileHandle mount, string place)
    {
        Directory.CreateDirectory(place, OwnDirectory);
        using SafeFileHandle target = Files.OpenAnchor(place);
        Mounts.Attach(mount, target);
    }

    private static void TakeAway(string place)
    {
        try
        {
            Mounts.Detach(place);
        }
        catch (SyscallException nothing) when (nothing.Errno == Errno.EINVAL)
        {
            // it was not mounted yet
        }

        Directory.Delete(place);
    }

    private void Release(Volume volume)
    {
        lock (_open)
        {
            if (--volume.Users == 0)
            {
                _open.Remove(volume.Id);
                volume.Close();
                if (volume.IsPlaced)
                {
                    TakeAway(Path.Combine(_mounts, volume.Id));
                }
            }
        }
    }

    // An empty file system of a size is always the same: it is made once. The last size is kept.
    private SafeFileHandle OpenTemplate(VolumeSize size)
    {
        string path = Path.Combine(_directory, FormattableString.Invariant($"{Template}{size.ImageBytes}-{size.Inodes}"));
        lock (_templates)
        {
            if (!File.Exists(path))
            {
                foreach (string other in Directory.GetFiles(_directory, $"{Template}*"))
                {
                    File.Delete(other);
                }

                using (SafeFileHandle made = Files.Open(path + Unfinished, Libc.O_RDWR | Libc.O_CREAT | Libc.O_EXCL | Libc.O_NOFOLLOW, 0b110_000_000))
                {
                    Files.SetLength(made, size.ImageBytes);
                    Format(path + Unfinished, size);
                }

                File.Move(path + Unfinished, path);
            }

            return Files.Open(path, Libc.O_RDONLY | Libc.O_NOFOLLOW);
        }
    }

    private static void Format(string path, VolumeSize size)
    {
        using Process tool = Process.Start(new ProcessStartInfo(HostFeatures.Current.MakeExt4!, [.. size.Options, path]) { RedirectStandardError = true, RedirectStandardInput = true })!;
        tool.StandardInput.Close();
        string said = tool.StandardError.ReadToEnd();
        tool.WaitForExit();
        if (tool.ExitCode != 0)
        {
            File.Delete(path);
            throw new PolicyException("host", $"mkfs.ext4 made no file system: {said.Trim()}");
        }
    }

    private string PathOf(string id) => Path.Combine(_directory, id + Suffix);
}
