using System.Buffers;
using AgentSandbox.Access;
using AgentSandbox.Daemon.Registry;
using AgentSandbox.Jails.Policy;
using AgentSandbox.Jails.Workspaces;
using AgentSandbox.Jails.Workspaces.Tar;
using AgentSandbox.V1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.Win32.SafeHandles;
using FileInfo = AgentSandbox.V1.FileInfo;

namespace AgentSandbox.Daemon.Api;

/// <summary>Files of workspaces: looked at, read, written, moved and removed. Each call is on record before it has an effect.</summary>
internal sealed class FilesService(CallGuard guard, JailRegistry registry, Recorder recorder) : V1.Files.FilesBase
{
    private const int UsualPage = 1000;
    private const int LargestPage = 10000;
    private const int ChunkSize = 64 * 1024;
    private const uint LargestMode = 0b111_111_111;

    public override Task<FileInfo> StatFile(FileRequest request, ServerCallContext context)
    {
        JailEntry entry = Find(context, Permissions.FileRead, request.Jail);
        TreePath path = TreePath.Parse(request.Path);
        return WithAsync(context, entry, "stat", path, async call => FileAnswers.At(path, await call.DoAsync(path, tree => tree.Stat(path)).ConfigureAwait(false)));
    }

    public override Task<ListFilesResponse> ListFiles(ListFilesRequest request, ServerCallContext context)
    {
        JailEntry entry = Find(context, Permissions.FileRead, request.Jail);
        TreePath path = TreePath.Parse(request.Path);
        int size = request.PageSize switch
        {
            0 => UsualPage,
            > 0 and <= LargestPage => request.PageSize,
            _ => throw new PolicyException("page_size", $"is 1 to {LargestPage}, or 0 for {UsualPage}"),
        };
        byte[] after = NameOf(request.PageToken);
        return WithAsync(context, entry, "list", path, async call =>
        {
            (IReadOnlyList<FileEntry> entries, byte[]? last) = await call.DoAsync(path, tree => tree.List(path, after, size, call.Ended)).ConfigureAwait(false);
            ListFilesResponse response = new() { NextPageToken = last is null ? "" : Convert.ToBase64String(last) };
            response.Files.Add(entries.Select(entry => FileAnswers.In(path, entry)));
            return response;
        });
    }

    public override Task ReadFile(ReadFileRequest request, IServerStreamWriter<FileChunk> responseStream, ServerCallContext context)
    {
        JailEntry entry = Find(context, Permissions.FileRead, request.Jail);
        TreePath path = TreePath.Parse(request.Path);
        if (request.Offset < 0 || request.Length < 0)
        {
            throw new PolicyException(request.Offset < 0 ? "offset" : "length", "is 0 or more");
        }

        long end = request.Length == 0 || request.Length > long.MaxValue - request.Offset ? long.MaxValue : request.Offset + request.Length;
        return WithAsync(context, entry, "read", path, async call =>
        {
            using SafeFileHandle file = await call.DoAsync(path, tree => tree.OpenRead(path).File).ConfigureAwait(false);
            long offset = request.Offset;
            await SendAsync(call, path, responseStream, buffer =>
            {
                int count = Kernel.Files.ReadAt(file, buffer.AsSpan(0, (int)Math.Min(ChunkSize, end - offset)), offset);
                offset += count;
                return count;
            }).ConfigureAwait(false);
            return true;
        });
    }

    public override async Task<FileInfo> WriteFile(IAsyncStreamReader<WriteFileRequest> requestStream, ServerCallContext context)
    {
        WriteFileStart start = await requestStream.MoveNext(context.CancellationToken).ConfigureAwait(false) && requestStream.Current.MessageCase == WriteFileRequest.MessageOneofCase.Start
            ? requestStream.Current.Start
            : throw new PolicyException("message", "the first message is the start");
        JailEntry entry = Find(context, Permissions.FileWrite, start.Jail);
        TreePath path = TreePath.Parse(start.Path);
        uint? mode = start.Mode switch
        {
            0 => null,
            <= LargestMode => start.Mode,
            _ => throw new PolicyException("start.mode", "is 0 to 0777 (octal)"),
        };
        return await WithAsync(context, entry, "write", path, async call =>
        {
            using PendingFile file = await call.DoAsync(path, tree => tree.BeginWrite(path, mode, start.CreateOnly)).ConfigureAwait(false);
            try
            {
                while (await requestStream.MoveNext(call.Ended).ConfigureAwait(false))
                {
                    ByteString data = requestStream.Current.MessageCase == WriteFileRequest.MessageOneofCase.Data ? requestStream.Current.Data : throw NotData();
                    await call.DoAsync(path, _ => file.Write(data.Span)).ConfigureAwait(false);
                }

                return FileAnswers.At(path, await call.DoAsync(path, _ => file.Complete()).ConfigureAwait(false));
            }
            finally
            {
                await call.DoAsync(path, _ => file.Dispose()).ConfigureAwait(false); // with the rights of the jail's user, too
            }
        }).ConfigureAwait(false);
    }

    public override Task<FileInfo> MakeDirectory(MakeDirectoryRequest request, ServerCallContext context)
    {
        JailEntry entry = Find(context, Permissions.FileWrite, request.Jail);
        TreePath path = TreePath.Parse(request.Path);
        return WithAsync(context, entry, "mkdir", path, async call => FileAnswers.At(path, await call.DoAsync(path, tree => tree.MakeDirectory(path, request.Parents)).ConfigureAwait(false)));
    }

    public override Task<Empty> RemoveFile(RemoveFileRequest request, ServerCallContext context)
    {
        JailEntry entry = Find(context, Permissions.FileWrite, request.Jail);
        TreePath path = TreePath.Parse(request.Path);
        return WithAsync(context, entry, "remove", path, async call =>
        {
            await call.DoAsync(path, tree => tree.Remove(path, request.Recursive, call.Ended)).ConfigureAwait(false);
            return new Empty();
        });
    }

    public override Task<FileInfo> MoveFile(MoveFileRequest request, ServerCallContext context)
    {
        JailEntry entry = Find(context, Permissions.FileWrite, request.Jail);
        TreePath source = TreePath.Parse(request.Source);
        TreePath target = TreePath.Parse(request.Target);
        return WithAsync(
            context,
            entry,
            "move",
            source,
            async call => FileAnswers.At(target, await call.DoAsync(source, tree => tree.Move(source, target, request.Replace)).ConfigureAwait(false)),
            target);
    }

    public override Task DownloadTar(FileRequest request, IServerStreamWriter<FileChunk> responseStream, ServerCallContext context)
    {
        JailEntry entry = Find(context, Permissions.FileRead, request.Jail);
        TreePath path = TreePath.Parse(request.Path);
        return WithAsync(context, entry, "download", path, async call =>
        {
            using TarPacker packer = await call.DoAsync(path, tree => new TarPacker(tree, path, call.Ended)).ConfigureAwait(false);
            await SendAsync(call, path, responseStream, buffer => packer.Read(buffer.AsSpan(0, ChunkSize))).ConfigureAwait(false);
            return true;
        });
    }

    public override async Task<UploadTarResponse> UploadTar(IAsyncStreamReader<UploadTarRequest> requestStream, ServerCallContext context)
    {
        FileRequest start = await requestStream.MoveNext(context.CancellationToken).ConfigureAwait(false) && requestStream.Current.MessageCase == UploadTarRequest.MessageOneofCase.Start
            ? requestStream.Current.Start
            : throw new PolicyException("message", "the first message is the start");
        JailEntry entry = Find(context, Permissions.FileWrite, start.Jail);
        TreePath path = TreePath.Parse(start.Path);
        return await WithAsync(context, entry, "upload", path, async call =>
        {
            TarUnpacker unpacker = await call.DoAsync(path, tree => new TarUnpacker(tree, path)).ConfigureAwait(false);
            try
            {
                while (await requestStream.MoveNext(call.Ended).ConfigureAwait(false))
                {
                    ByteString data = requestStream.Current.MessageCase == UploadTarRequest.MessageOneofCase.Data ? requestStream.Current.Data : throw NotData();
                    await call.DoAsync(path, _ => unpacker.Write(data.Span)).ConfigureAwait(false);
                }

                unpacker.Complete();
                return new UploadTarResponse { Files = unpacker.Entries, Bytes = unpacker.Bytes };
            }
            finally
            {
                await call.DoAsync(path, _ => unpacker.Dispose()).ConfigureAwait(false);
            }
        }).ConfigureAwait(false);
    }

    private static PolicyException NotData() => new("message", "after the start there is data, and nothing else");

    private static byte[] NameOf(string token)
    {
        byte[] name = new byte[token.Length];
        return Convert.TryFromBase64String(token, name, out int length) ? name[..length] : throw new PolicyException("page_token", "is none that was given out");
    }

    private static async Task SendAsync(FileCall call, TreePath path, IServerStreamWriter<FileChunk> responses, Func<byte[], int> read)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(ChunkSize);
        try
        {
            for (int count; (count = await call.DoAsync(path, _ => read(buffer)).ConfigureAwait(false)) > 0;)
            {
                FileChunk chunk = new() { Data = UnsafeByteOperations.UnsafeWrap(buffer.AsMemory(0, count)) }; // it is on the wire when the write returns
                await responses.WriteAsync(chunk, call.Ended).ConfigureAwait(false);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private JailEntry Find(ServerCallContext context, string permission, string jail) => registry.Find(jail, guard.Require(context, permission, jail).Covers);

    private Task<T> WithAsync<T>(ServerCallContext context, JailEntry entry, string operation, TreePath path, Func<FileCall, Task<T>> work, TreePath? target = null)
    {
        recorder.FileOperation(entry, operation, path.ToString(), target?.ToString());
        return FileCall.RunAsync(entry, work, context.CancellationToken);
    }
}
