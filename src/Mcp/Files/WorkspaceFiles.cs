using AgentSandbox.Grpc.Client;
using AgentSandbox.Mcp.Answers;
using AgentSandbox.Mcp.Session;
using AgentSandbox.V1;
using Google.Protobuf;
using Grpc.Core;
using FileInfo = AgentSandbox.V1.FileInfo;

namespace AgentSandbox.Mcp.Files;

/// <summary>The files of a jail's workspace, within bounds.</summary>
/// <param name="session">Whose.</param>
/// <param name="jail">The jail.</param>
/// <param name="cancelled">Ends what is under way.</param>
internal sealed class WorkspaceFiles(SandboxSession session, string jail, CancellationToken cancelled)
{
    /// <summary>The most of a file that is held at once, in bytes.</summary>
    public const int MaxWhole = 16 * 1024 * 1024;

    private const int ChunkSize = 64 * 1024;

    /// <summary>What a file is.</summary>
    public async Task<FileInfo> StatAsync(string path) =>
        await session.Files.StatFileAsync(new FileRequest { Jail = jail, Path = path }, cancellationToken: cancelled).ConfigureAwait(false);

    /// <summary>A page of a directory.</summary>
    public async Task<ListFilesResponse> ListAsync(string path, int size, string token) =>
        await session.Files.ListFilesAsync(new ListFilesRequest { Jail = jail, Path = path, PageSize = size, PageToken = token }, cancellationToken: cancelled).ConfigureAwait(false);

    /// <summary>A part of a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="offset">Where it begins, in bytes.</param>
    /// <param name="most">How much, in bytes: 1 or more.</param>
    public async Task<byte[]> ReadAsync(string path, long offset, int most)
    {
        using AsyncServerStreamingCall<FileChunk> call = session.Files.ReadFile(new ReadFileRequest { Jail = jail, Path = path, Offset = offset, Length = most }, cancellationToken: cancelled);
        using MemoryStream all = new();
        while (await call.ResponseStream.MoveNext(cancelled).ConfigureAwait(false))
        {
            all.Write(call.ResponseStream.Current.Data.Span);
        }

        return all.ToArray();
    }

    /// <summary>A whole file.</summary>
    /// <exception cref="ToolException">It is larger than what is held at once.</exception>
    public async Task<byte[]> ReadWholeAsync(string path)
    {
        byte[] all = await ReadAsync(path, 0, MaxWhole + 1).ConfigureAwait(false);
        return all.Length <= MaxWhole ? all
            : throw new ToolException(new Refusal("the file is too large for that", $"it has more than {MaxWhole} bytes", "work on it with a command in the jail, or read parts of it") { Code = "FILE_TOO_LARGE" });
    }

    /// <summary>Writes a whole file: readers see the old content or the new.</summary>
    /// <param name="path">The file.</param>
    /// <param name="content">Its content.</param>
    /// <param name="mode">Permission bits; 0: as before, else 0644.</param>
    /// <param name="createOnly">True: it must not be there yet.</param>
    public async Task<FileInfo> WriteAsync(string path, ReadOnlyMemory<byte> content, uint mode, bool createOnly)
    {
        using AsyncClientStreamingCall<WriteFileRequest, FileInfo> call = session.Files.WriteFile(cancellationToken: cancelled);
        try
        {
            await call.RequestStream.WriteAsync(new WriteFileRequest { Start = new WriteFileStart { Jail = jail, Path = path, Mode = mode, CreateOnly = createOnly } }, cancelled).ConfigureAwait(false);
            for (ReadOnlyMemory<byte> rest = content; rest.Length > 0; rest = rest[Math.Min(rest.Length, ChunkSize)..])
            {
                await call.RequestStream.WriteAsync(new WriteFileRequest { Data = UnsafeByteOperations.UnsafeWrap(rest[..Math.Min(rest.Length, ChunkSize)]) }, cancelled).ConfigureAwait(false);
            }

            await call.RequestStream.CompleteAsync().ConfigureAwait(false);
        }
        catch (Exception ended) when (EndedCall.Explains(ended))
        {
            return await call.ResponseAsync.ConfigureAwait(false); // its status says why it took no more
        }

        return await call.ResponseAsync.ConfigureAwait(false);
    }

    /// <summary>Makes a directory with those above it, if they are not there.</summary>
    public async Task MakeDirectoryAsync(string path) =>
        await session.Files.MakeDirectoryAsync(new MakeDirectoryRequest { Jail = jail, Path = path, Parents = true }, cancellationToken: cancelled).ConfigureAwait(false);

    /// <summary>A directory or file as a tar stream, as it comes. The caller disposes it.</summary>
    public TarBytes Download(string path) => new(session.Files.DownloadTar(new FileRequest { Jail = jail, Path = path }, cancellationToken: cancelled), cancelled);
}
