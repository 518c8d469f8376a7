using System.Text.Json;
using AgentSandbox.Kernel;
using Microsoft.Win32.SafeHandles;

namespace AgentSandbox.Daemon.Auth;

/// <summary>The file that keeps the API keys: of our own user, mode 0600, replaced as a whole and never half.</summary>
/// <param name="directory">The directory of state, which is the daemon's alone.</param>
internal sealed class ApiKeyFile(string directory)
{
    private const uint OthersBits = 0b000_111_111;
    private const string Name = "keys.json";
    private readonly string _path = Path.Combine(directory, Name);

    /// <summary>The keys; none if there is no file yet.</summary>
    /// <exception cref="InvalidDataException">It is no list of keys, or others than us could have written or read it.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public StoredApiKey[] Read()
    {
        using SafeFileHandle? file = Open();
        if (file is null)
        {
            return [];
        }

        statx stat = Files.Stat(file);
        if ((stat.stx_mode & Libc.S_IFMT) != Libc.S_IFREG || stat.stx_uid != OwnProcess.Identity.Uid || (stat.stx_mode & OthersBits) != 0)
        {
            throw new InvalidDataException($"{_path}: must be a file of our own user with mode 0600; its keys may be known to others: revoke them");
        }

        try
        {
            return JsonSerializer.Deserialize(Files.ReadAll(file), ApiKeyJson.Default.StoredApiKeyArray) ?? throw new InvalidDataException($"{_path}: holds no list of keys");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{_path}: {e.Message}", e);
        }
    }

    /// <summary>Replaces the keys. When it returns they are on the disk.</summary>
    /// <exception cref="IOException">It cannot be written; then the old ones are there.</exception>
    public void Write(StoredApiKey[] keys) => Files.Replace(_path, JsonSerializer.SerializeToUtf8Bytes(keys, ApiKeyJson.Default.StoredApiKeyArray));

    private SafeFileHandle? Open()
    {
        try
        {
            return Files.Open(_path, Libc.O_RDONLY | Libc.O_NOFOLLOW | Libc.O_NONBLOCK);
        }
        catch (SyscallException absent) when (absent.Errno == Errno.ENOENT)
        {
            return null;
        }
    }
}
