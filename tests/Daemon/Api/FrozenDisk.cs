using System.Diagnostics;
using Xunit;

namespace AgentSandbox.Tests.Daemon.Api;

/// <summary>A file system of our own, in a file, whose writers can be made to wait. Disposed, it goes on and is unmounted.</summary>
internal sealed class FrozenDisk : IDisposable
{
    private readonly string _image = Path.GetTempFileName();
    private bool _frozen;

    public FrozenDisk()
    {
        Run("truncate", "--size=16M", _image);
        Run("mke2fs", "-q", "-t", "ext4", _image);
        Run("mount", "-o", "loop", _image, Directory);
    }

    /// <summary>Where it is mounted.</summary>
    public string Directory { get; } = System.IO.Directory.CreateTempSubdirectory("frozen-").FullName;

    /// <summary>From now on whoever writes to it waits, and cannot be killed.</summary>
    public void Freeze()
    {
        Run("fsfreeze", "--freeze", Directory);
        _frozen = true;
    }

    /// <summary>Writers go on.</summary>
    public void Thaw()
    {
        Run("fsfreeze", "--unfreeze", Directory);
        _frozen = false;
    }

    public void Dispose()
    {
        if (_frozen)
        {
            Thaw();
        }

        Run("umount", "--lazy", Directory); // jails may still hold it
        System.IO.Directory.Delete(Directory);
        File.Delete(_image);
    }

    private static void Run(params string[] argv)
    {
        using Process process = Process.Start(new ProcessStartInfo(argv[0], argv[1..]) { RedirectStandardError = true })!;
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{string.Join(' ', argv)}: {error}");
    }
}
