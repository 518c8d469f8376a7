using System.Security.Cryptography;
using AgentSandbox.Kernel;
using Microsoft.Win32.SafeHandles;

namespace AgentSandbox.Jails.Workspaces;

/// <summary>A file that is being written beside its place. Completed, it takes the place at once; disposed before, it is gone.</summary>
public sealed class PendingFile : IDisposable
{
    private const string Prefix = ".agent-sandbox-";
    private const int RandomBytes = 12;

    private readonly SafeFileHandle _parent;
    private readonly byte[] _name;
    private readonly bool _createOnly;
    private readonly byte[] _temporary;
    private readonly SafeFileHandle _file;
    private bool _isOver;

    private PendingFile(SafeFileHandle parent, byte[] name, bool createOnly, byte[] temporary, SafeFileHandle file)
    {
        _parent = parent;
        _name = name;
        _createOnly = createOnly;
        _temporary = temporary;
        _file = file;
    }

    /// <summary>A new name that nobody else has.</summary>
    internal static byte[] TemporaryName() => FileName.Encode(Prefix + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(RandomBytes)));

    /// <summary>Begins one.</summary>
    /// <param name="parent">Its directory; owned by the result.</param>
    /// <param name="name">Its name there.</param>
    /// <param name="mode">Its permission bits.</param>
    /// <param name="createOnly">True: nothing may be there when it is completed.</param>
    /// <exception cref="SyscallException">As open(2).</exception>
    internal static PendingFile Create(SafeFileHandle parent, byte[] name, uint mode, bool createOnly)
    {
        byte[] temporary = TemporaryName();
        SafeFileHandle file = Files.OpenBeneath(parent, temporary, Libc.O_WRONLY | Libc.O_CREAT | Libc.O_EXCL, mode);
        return new PendingFile(parent, name, createOnly, temporary, file);
    }

    /// <summary>Writes on.</summary>
    /// <exception cref="SyscallException">ENOSPC, EDQUOT, EFBIG: no room.</exception>
    public void Write(ReadOnlySpan<byte> bytes) => Files.WriteAll(_file, bytes);

    /// <summary>Gives it a time of its last change, in seconds since 1970.</summary>
    internal void SetModified(long seconds) => Files.SetModified(_file, seconds);

    /// <summary>Puts it in its place.</summary>
    /// <exception cref="SyscallException">EEXIST: something is there now. EISDIR: a directory is. ENOENT: somebody in the jail took the file away.</exception>
    public FileEntry Complete()
    {
        Files.Rename(_parent, _temporary, _parent, _name, _createOnly ? Libc.RENAME_NOREPLACE : 0);
        _isOver = true;
        return FileEntry.From(_name, Files.Stat(_file));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        try
        {
            if (!_isOver)
            {
                _isOver = true;
                TreeRemoval.TryRemoveFile(_parent, _temporary);
            }
        }
        finally
        {
            _file.Dispose();
            _parent.Dispose();
        }
    }
}
