using System.Security.Cryptography;
using System.Text;
using AgentSandbox.V1;
using Google.Protobuf;
using Grpc.Core;
using Xunit;
using FileInfo = AgentSandbox.V1.FileInfo;

namespace AgentSandbox.Tests.Daemon.Api;

/// <summary>Files of workspaces over the socket of a real daemon (threats 41, 59 to 66, 128).</summary>
public sealed class FileTests(DaemonFixture fixture) : IClassFixture<DaemonFixture>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task WriteFile_ThenRead_GivesTheSameBytes_AndTheJailSeesItsOwnFile()
    {
        FileClient jail = await FileClient.CreateAsync(fixture);
        byte[] content = RandomNumberGenerator.GetBytes(3_000_001);
        FileInfo info = await jail.WriteAsync("big file", content);

        Assert.Equal((content.Length, FileKind.Regular, 0b110_100_100u), (info.SizeBytes, info.Kind, info.Mode));
        Assert.Equal(content, await jail.ReadAsync("big file"));
        Assert.Equal(content[1000..1500], await jail.ReadAsync("big file", 1000, 500));
        Assert.Equal(content[2_999_990..], await jail.ReadAsync("big file", 2_999_990, long.MaxValue));
        Assert.Equal("1000 1000 644\n", await jail.ShellAsync("stat -c '%u %g %a' 'big file'"));
        Assert.Equal("big file\n", await jail.ShellAsync("ls -A"));
    }

    [Fact]
    public async Task WriteFile_WithAMode_HasNoSetuidBit_AndAReplacedFileKeepsItsMode()
    {
        FileClient jail = await FileClient.CreateAsync(fixture);
        await FileClient.RefusedAsync(StatusCode.InvalidArgument, () => jail.WriteAsync("f", "x", mode: 0xfff));
        await jail.WriteAsync("run", "#!/bin/sh\necho 1", mode: 0b111_101_101);
        await jail.WriteAsync("run", "#!/bin/sh\necho 2");

        Assert.Equal("2\n", await jail.ShellAsync("./run"));
        await FileClient.RefusedAsync(StatusCode.AlreadyExists, () => jail.WriteAsync("run", "3", createOnly: true));
        Assert.Equal("2\n", await jail.ShellAsync("./run"));
    }

    [Theory]
    [InlineData("/etc/passwd")]
    [InlineData("..")]
    [InlineData("../etc/passwd")]
    [InlineData("a/../../etc/passwd")]
    [InlineData("a//b")]
    [InlineData("./a")]
    [InlineData("a/")]
    [InlineData("a\0b")]
    public async Task AnyCall_WithAPathThatIsNone_IsInvalid(string path)
    {
        FileClient jail = await FileClient.CreateAsync(fixture);
        await FileClient.RefusedAsync(StatusCode.InvalidArgument, () => jail.StatAsync(path));
        await FileClient.RefusedAsync(StatusCode.InvalidArgument, () => jail.ListAsync(path));
        await FileClient.RefusedAsync(StatusCode.InvalidArgument, () => jail.ReadAsync(path));
        await FileClient.RefusedAsync(StatusCode.InvalidArgument, () => jail.WriteAsync(path, "x"));
        await FileClient.RefusedAsync(StatusCode.InvalidArgument, () => jail.RemoveAsync(path, recursive: true));
        await FileClient.RefusedAsync(StatusCode.InvalidArgument, () => jail.DownloadAsync(path));
        await FileClient.RefusedAsync(StatusCode.InvalidArgument, () => jail.UploadAsync(path, []));
        await FileClient.RefusedAsync(
            StatusCode.InvalidArgument, async () => await jail.Files.MoveFileAsync(new MoveFileRequest { Jail = jail.Jail, Source = "f", Target = path }, cancellationToken: Token));
        await FileClient.RefusedAsync(StatusCode.InvalidArgument, async () => await jail.Files.MakeDirectoryAsync(new MakeDirectoryRequest { Jail = jail.Jail, Path = path, Parents = true }, cancellationToken: Token));
    }

    [Fact]
    public async Task AnyCall_WithAPathOf4097Bytes_IsInvalid_AndOfALongName()
    {
        FileClient jail = await FileClient.CreateAsync(fixture);
        await FileClient.RefusedAsync(StatusCode.InvalidArgument, () => jail.StatAsync(string.Join('/', Enumerable.Repeat("x", 2049))));
        await FileClient.RefusedAsync(StatusCode.InvalidArgument, () => jail.WriteAsync(new string('x', 256), "x"));
        await jail.WriteAsync(new string('x', 255), "x");
        await jail.WriteAsync("two\nlines", "x");

        Assert.Equal(["two\nlines", new string('x', 255)], (await jail.ListAsync("")).Files.Select(file => file.Path));
    }

    [Fact]
    public async Task Links_AreShown_AndNeverFollowed()
    {
        FileClient jail = await FileClient.CreateAsync(fixture);
        await jail.ShellAsync("ln -s /etc/passwd link; ln -s /etc out; mkdir d; echo in >d/f; ln -s d inside");

        Assert.Equal(FileKind.Link, (await jail.StatAsync("link")).Kind);
        Assert.Contains("link", await FileClient.RefusedAsync(StatusCode.FailedPrecondition, () => jail.ReadAsync("link")));
        await FileClient.RefusedAsync(StatusCode.FailedPrecondition, () => jail.ReadAsync("out/passwd"));
        await FileClient.RefusedAsync(StatusCode.FailedPrecondition, () => jail.ReadAsync("inside/f"));
        await FileClient.RefusedAsync(StatusCode.FailedPrecondition, () => jail.ListAsync("out"));
        await FileClient.RefusedAsync(StatusCode.FailedPrecondition, () => jail.WriteAsync("link", "x"));
        await FileClient.RefusedAsync(StatusCode.FailedPrecondition, () => jail.WriteAsync("out/x", "x"));
        Assert.Equal(3 * 512, (await jail.DownloadAsync("out")).Length); // the link alone
        await jail.RemoveAsync("inside", recursive: true);
        Assert.Equal("in\n", Encoding.UTF8.GetString(await jail.ReadAsync("d/f")));
    }

    [Fact]
    public async Task ReadFile_OfAFifoOrSocketOrDirectory_IsRefusedAtOnce()
    {
        FileClient jail = await FileClient.CreateAsync(fixture);
        await jail.ShellAsync("mkfifo fifo; mkdir d; perl -MIO::Socket::UNIX -e 'IO::Socket::UNIX->new(Local => \"socket\", Listen => 1)'");

        Assert.Equal([FileKind.Directory, FileKind.Other, FileKind.Other], (await jail.ListAsync("")).Files.Select(file => file.Kind));
        foreach (string path in new[] { "fifo", "socket", "d" })
        {
            await FileClient.RefusedAsync(StatusCode.FailedPrecondition, () => jail.ReadAsync(path));
            await FileClient.RefusedAsync(StatusCode.FailedPrecondition, () => jail.WriteAsync(path, "x"));
        }
    }

    [Fact]
    public async Task Errors_HaveTheirCodes()
    {
        FileClient jail = await FileClient.CreateAsync(fixture);
        await jail.ShellAsync("echo x >f; mkdir -p d/e; echo s >locked; chmod 0 locked; mkdir shut; chmod 0 shut");

        await FileClient.RefusedAsync(StatusCode.NotFound, () => jail.StatAsync("absent"));
        await FileClient.RefusedAsync(StatusCode.FailedPrecondition, () => jail.ListAsync("f"));
        await FileClient.RefusedAsync(StatusCode.FailedPrecondition, () => jail.StatAsync("f/below"));
        await FileClient.RefusedAsync(StatusCode.FailedPrecondition, () => jail.RemoveAsync("d"));
        await FileClient.RefusedAsync(StatusCode.PermissionDenied, () => jail.ReadAsync("locked"));
        await FileClient.RefusedAsync(StatusCode.PermissionDenied, () => jail.ListAsync("shut"));
        await FileClient.RefusedAsync(StatusCode.AlreadyExists, async () => await jail.Files.MakeDirectoryAsync(new MakeDirectoryRequest { Jail = jail.Jail, Path = "d" }, cancellationToken: Token));
        await FileClient.RefusedAsync(StatusCode.AlreadyExists, async () => await jail.Files.MoveFileAsync(new MoveFileRequest { Jail = jail.Jail, Source = "f", Target = "d" }, cancellationToken: Token));
        await FileClient.RefusedAsync(
            StatusCode.FailedPrecondition, async () => await jail.Files.MoveFileAsync(new MoveFileRequest { Jail = jail.Jail, Source = "d", Target = "d/e/f" }, cancellationToken: Token));
        await FileClient.RefusedAsync(StatusCode.NotFound, async () => await jail.Files.StatFileAsync(new FileRequest { Jail = "j-absent" }, cancellationToken: Token));
    }

    [Fact]
    public async Task ListFiles_OfManyEntries_PagesByName_AndShowsNamesThatAreNoText()
    {
        FileClient jail = await FileClient.CreateAsync(fixture);
        await jail.ShellAsync("i=0; while [ $i -lt 20000 ]; do : >n$i; i=$((i+1)); done; : >\"$(printf 'bad\\377')\"");
        List<FileInfo> all = [];
        string token = "";
        do
        {
            ListFilesResponse page = await jail.ListAsync("", 6000, token);
            all.AddRange(page.Files);
            token = page.NextPageToken;
        }
        while (token.Length > 0);

        Assert.Equal(20001, all.Count);
        Assert.Equal(all.Select(file => file.Path).Order(StringComparer.Ordinal), all.Select(file => file.Path));
        FileInfo bad = Assert.Single(all, file => file.Unaddressable);
        Assert.Equal(@"bad\xff", bad.Path);
        await FileClient.RefusedAsync(StatusCode.NotFound, () => jail.StatAsync(bad.Path));
        await FileClient.RefusedAsync(StatusCode.InvalidArgument, () => jail.ListAsync("", 10, "no token!"));
    }

    [Fact]
    public async Task MakeDirectory_AndMove_Work()
    {
        FileClient jail = await FileClient.CreateAsync(fixture);
        await jail.Files.MakeDirectoryAsync(new MakeDirectoryRequest { Jail = jail.Jail, Path = "a/b/c", Parents = true }, cancellationToken: Token);
        await jail.WriteAsync("a/b/c/f", "moved");
        FileInfo info = await jail.Files.MoveFileAsync(new MoveFileRequest { Jail = jail.Jail, Source = "a/b", Target = "x" }, cancellationToken: Token);

        Assert.Equal(FileKind.Directory, info.Kind);
        Assert.Equal("x/c/f 1000\n", await jail.ShellAsync("stat -c '%n %u' x/c/f"));
    }

    [Fact]
    public async Task RemoveFile_Recursive_Of10000Levels_RemovesAllOfThem()
    {
        FileClient jail = await FileClient.CreateAsync(fixture);
        await jail.ShellAsync("perl -e 'mkdir \"deep\"; chdir \"deep\"; for (1..10000) { mkdir \"d\" or die $!; chdir \"d\" or die $!; open my $f, \">f\" or die $! }'; echo keep >keep");
        await jail.RemoveAsync("deep", recursive: true);

        Assert.Equal("keep\n", await jail.ShellAsync("ls -A"));
    }

    [Fact]
    public async Task ReadFile_OfASparseFileOf1Gigabyte_ReadsAtItsEnd()
    {
        FileClient jail = await FileClient.CreateAsync(fixture);
        await jail.ShellAsync("perl -e 'open F, \">sparse\"; truncate F, 1 << 30 or die $!'");

        Assert.Equal(1L << 30, (await jail.StatAsync("sparse")).SizeBytes);
        Assert.Equal(5, (await jail.ReadAsync("sparse", (1L << 30) - 5)).Length);
    }

    [Fact]
    public async Task WriteFile_OfMoreThanTheWorkspaceHolds_IsExhausted_AndLeavesNothing()
    {
        FileClient jail = await FileClient.CreateAsync(fixture);
        await jail.WriteAsync("old", "old");
        await jail.ShellAsync("head -c 530000000 /dev/zero >fill");
        await FileClient.RefusedAsync(StatusCode.ResourceExhausted, () => jail.WriteAsync("old", new byte[20_000_000]));

        Assert.Equal("fill old\n", await jail.ShellAsync("echo $(ls -A)"));
        Assert.Equal("old", Encoding.UTF8.GetString(await jail.ReadAsync("old")));
    }

    [Fact]
    public async Task WriteFile_WhenTheClientGoesAway_LeavesNothing()
    {
        FileClient jail = await FileClient.CreateAsync(fixture);
        using (AsyncClientStreamingCall<WriteFileRequest, FileInfo> call = jail.Files.WriteFile(cancellationToken: Token))
        {
            await call.RequestStream.WriteAsync(new WriteFileRequest { Start = new WriteFileStart { Jail = jail.Jail, Path = "half" } }, Token);
            await call.RequestStream.WriteAsync(new WriteFileRequest { Data = ByteString.CopyFrom(new byte[1000]) }, Token);
            await jail.ShellAsync("until ls -A | grep -q .; do :; done");
        }

        await jail.ShellAsync("while ls -A | grep -q .; do :; done");
        Assert.Empty((await jail.ListAsync("")).Files);
    }

    [Fact]
    public async Task DeleteJail_WhileAFileIsWritten_EndsTheCall()
    {
        FileClient jail = await FileClient.CreateAsync(fixture);
        using AsyncClientStreamingCall<WriteFileRequest, FileInfo> call = jail.Files.WriteFile(cancellationToken: Token);
        await call.RequestStream.WriteAsync(new WriteFileRequest { Start = new WriteFileStart { Jail = jail.Jail, Path = "half" } }, Token);
        await jail.ShellAsync("until ls -A | grep -q .; do :; done");
        await fixture.Jails.DeleteJailAsync(new DeleteJailRequest { Id = jail.Jail }, cancellationToken: Token);

        await FileClient.RefusedAsync(StatusCode.NotFound, () => call.ResponseAsync);
    }

    [Fact]
    public async Task Operations_AreOnRecord()
    {
        FileClient jail = await FileClient.CreateAsync(fixture);
        await jail.WriteAsync("seen by audit", "x");
        await jail.RemoveAsync("seen by audit");

        string[] records = [.. (await File.ReadAllLinesAsync(fixture.Daemon.AuditFile, Token)).Where(line => line.Contains(jail.Jail, StringComparison.Ordinal) && line.Contains("seen by audit", StringComparison.Ordinal))];
        Assert.Contains(records, line => line.Contains("write seen by audit", StringComparison.Ordinal));
        Assert.Contains(records, line => line.Contains("remove seen by audit", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Bind_OfTheCaller_HasFilesOfTheCaller_AndWhatItMayNotReadStaysUnread()
    {
        using TemporaryFolder folder = new();
        await File.WriteAllTextAsync(Path.Combine(folder.Path, "theirs"), "secret", Token);
        File.SetUnixFileMode(Path.Combine(folder.Path, "theirs"), UnixFileMode.UserRead);
        AgentSandbox.Kernel.Files.ChangeOwner(Path.Combine(folder.Path, "theirs"), 4321, 4321);
        FileClient jail = await FileClient.CreateAsync(fixture, new Bind { Source = folder.Path, Target = "/workspace", Writable = true });
        await jail.WriteAsync("mine", "by the API");

        Assert.Equal("by the API", await File.ReadAllTextAsync(Path.Combine(folder.Path, "mine"), Token));
        Assert.Equal(0u, OwnerOf(Path.Combine(folder.Path, "mine"))); // the caller's, which is root in this test
        await FileClient.RefusedAsync(StatusCode.PermissionDenied, () => jail.ReadAsync("theirs")); // root could
    }

    private static uint OwnerOf(string path)
    {
        using Microsoft.Win32.SafeHandles.SafeFileHandle file = AgentSandbox.Kernel.Files.OpenAnchor(path);
        return AgentSandbox.Kernel.Files.Stat(file).stx_uid;
    }
}
