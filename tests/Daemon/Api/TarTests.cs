using System.Diagnostics;
using System.Formats.Tar;
using System.Text;
using AgentSandbox.V1;
using Grpc.Core;
using Xunit;

namespace AgentSandbox.Tests.Daemon.Api;

/// <summary>Directories as tar streams, up and down; GNU tar and System.Formats.Tar are the other side.</summary>
public sealed class TarTests(DaemonFixture fixture) : IClassFixture<DaemonFixture>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task DownloadTar_IsWhatGnuTarReads()
    {
        FileClient jail = await FileClient.CreateAsync(fixture);
        string longName = new('n', 200);
        await jail.ShellAsync($"mkdir -p d/{longName}/e; head -c 200000 /dev/urandom >d/{longName}/e/{longName}; ln -s /etc/passwd d/link; mkfifo d/fifo; : >\"d/$(printf 'bad\\377')\"; chmod 711 d/{longName}");
        using TemporaryFolder folder = new();
        await UnpackAsync(folder.Path, await jail.DownloadAsync("d"));

        Assert.Equal(await jail.ReadAsync($"d/{longName}/e/{longName}"), await File.ReadAllBytesAsync(Path.Combine(folder.Path, longName, "e", longName), Token));
        Assert.Equal("/etc/passwd", new System.IO.FileInfo(Path.Combine(folder.Path, "link")).LinkTarget);
        Assert.Equal(0b111_001_001, (int)File.GetUnixFileMode(Path.Combine(folder.Path, longName)));
        Assert.False(File.Exists(Path.Combine(folder.Path, "fifo")));
        Assert.Equal("bad\\377 link " + longName, (await RunAsync("ls", "-b", "-m", folder.Path)).Replace(",", "", StringComparison.Ordinal).Replace("\n", " ", StringComparison.Ordinal).Trim());
        await RunAsync("find", folder.Path, "-mindepth", "1", "-delete"); // .NET cannot name one of them
    }

    [Fact]
    public async Task DownloadTar_Of1000Levels_AndOfAnEmptyWorkspace_Works()
    {
        FileClient jail = await FileClient.CreateAsync(fixture);
        Assert.Equal(1024, (await jail.DownloadAsync("")).Length);
        await jail.ShellAsync("perl -e 'for (1..1000) { mkdir \"d\" or die $!; chdir \"d\" } open F, \">f\"'");
        using TarReader reader = new(new MemoryStream(await jail.DownloadAsync("")));
        string last = "";
        while (await reader.GetNextEntryAsync(cancellationToken: Token) is TarEntry entry)
        {
            last = entry.Name;
        }

        Assert.Equal(string.Concat(Enumerable.Repeat("d/", 1000)) + "f", last);
    }

    [Theory]
    [InlineData("gnu")]
    [InlineData("pax")]
    [InlineData("ustar")]
    public async Task UploadTar_FromGnuTar_MakesFilesOfTheJailsUser(string format)
    {
        FileClient jail = await FileClient.CreateAsync(fixture);
        using TemporaryFolder folder = new();
        int length = format == "ustar" ? 40 : 90; // ustar has no long links
        string path = $"{new string('a', length)}/{new string('b', length)}/file";
        string deep = Path.GetDirectoryName(Path.Combine(folder.Path, path))!;
        Directory.CreateDirectory(deep);
        byte[] content = Enumerable.Range(0, 100_000).Select(i => (byte)i).ToArray();
        await File.WriteAllBytesAsync(Path.Combine(deep, "file"), content, Token);
        File.SetUnixFileMode(Path.Combine(deep, "file"), UnixFileMode.SetUser | UnixFileMode.UserRead | UnixFileMode.UserExecute);
        File.CreateSymbolicLink(Path.Combine(folder.Path, "link"), "/nowhere");
        await RunAsync("ln", Path.Combine(deep, "file"), Path.Combine(folder.Path, "zz-hard"));
        await jail.WriteAsync("zz-hard", "before");
        UploadTarResponse made = await jail.UploadAsync("", await PackAsync(folder.Path, $"--format={format}", "--sort=name"));

        Assert.Equal((5, content.Length), (made.Files, made.Bytes));
        Assert.Equal(content, await jail.ReadAsync("zz-hard"));
        Assert.Equal("1000 1000 500 2\n", await jail.ShellAsync($"stat -c '%u %g %a %h' {path}"));
        Assert.Equal("/nowhere\n", await jail.ShellAsync("readlink link"));
    }

    public static TheoryData<string, TarEntryType, string, string> BadEntries => new()
    {
        { "/absolute", TarEntryType.RegularFile, "", "begins with a slash" },
        { "../out", TarEntryType.RegularFile, "", "'..'" },
        { "a/../../out", TarEntryType.RegularFile, "", "'..'" },
        { "device", TarEntryType.CharacterDevice, "", "type '3'" },
        { "fifo", TarEntryType.Fifo, "", "type '6'" },
        { "hard", TarEntryType.HardLink, "/etc/passwd", "begins with a slash" },
        { "hard", TarEntryType.HardLink, "../../etc/passwd", "'..'" },
    };

    [Theory]
    [MemberData(nameof(BadEntries))]
    public async Task UploadTar_WithAnEntryThatLeadsOutOrIsNoFile_IsInvalid(string name, TarEntryType type, string target, string words)
    {
        FileClient jail = await FileClient.CreateAsync(fixture);
        byte[] archive = await ArchiveAsync(entry("before", TarEntryType.RegularFile, ""), entry(name, type, target));
        Assert.Contains(words, await FileClient.RefusedAsync(StatusCode.InvalidArgument, () => jail.UploadAsync("", archive)));
        Assert.Equal("before\n", await jail.ShellAsync("ls -A"));

        static PaxTarEntry entry(string name, TarEntryType type, string target)
        {
            PaxTarEntry made = new(type, name);
            if (target.Length > 0)
            {
                made.LinkName = target;
            }

            return made;
        }
    }

    [Fact]
    public async Task UploadTar_ThroughALinkOfTheArchiveOrOfTheJail_IsRefused()
    {
        FileClient jail = await FileClient.CreateAsync(fixture);
        await jail.ShellAsync("ln -s /tmp out");
        await FileClient.RefusedAsync(StatusCode.FailedPrecondition, async () => await jail.UploadAsync("", await ArchiveAsync(new PaxTarEntry(TarEntryType.RegularFile, "out/file"))));
        await FileClient.RefusedAsync(StatusCode.FailedPrecondition, async () => await jail.UploadAsync("", await ArchiveAsync(new PaxTarEntry(TarEntryType.Directory, "out"))));
        await FileClient.RefusedAsync(
            StatusCode.FailedPrecondition,
            async () => await jail.UploadAsync("", await ArchiveAsync(new PaxTarEntry(TarEntryType.SymbolicLink, "link") { LinkName = "/tmp" }, new PaxTarEntry(TarEntryType.RegularFile, "link/file"))));

        Assert.Equal("", await jail.ShellAsync("ls -A /tmp"));
    }

    [Fact]
    public async Task UploadTar_ThatIsCutOffAnywhere_IsInvalid_AndLeavesNoHalfOfAFile()
    {
        FileClient jail = await FileClient.CreateAsync(fixture);
        byte[] archive = await ArchiveAsync(
            new UstarTarEntry(TarEntryType.RegularFile, "one") { DataStream = new MemoryStream(new byte[700]) }, new UstarTarEntry(TarEntryType.RegularFile, "two") { DataStream = new MemoryStream(new byte[700]) });
        foreach (int length in new[] { 0, 100, 512, 1000, 1536, 2048, 2100, 3000, 3072 })
        {
            await FileClient.RefusedAsync(StatusCode.InvalidArgument, () => jail.UploadAsync("", archive[..length]));
            Assert.Equal(length >= 2560 ? "one two\n" : length >= 1212 ? "one\n" : "\n", await jail.ShellAsync("echo $(ls -A); rm -rf one two"));
        }
    }

    [Fact]
    public async Task UploadTar_WithAHugeHeaderOrGarbage_IsInvalid()
    {
        FileClient jail = await FileClient.CreateAsync(fixture);
        PaxTarEntry huge = new(TarEntryType.RegularFile, "f", [new("comment", new string('x', 100_000))]);
        Assert.Contains("65536", await FileClient.RefusedAsync(StatusCode.InvalidArgument, async () => await jail.UploadAsync("", await ArchiveAsync(huge))));
        Assert.Contains("damaged", await FileClient.RefusedAsync(StatusCode.InvalidArgument, () => jail.UploadAsync("", Encoding.ASCII.GetBytes(new string('z', 5000)))));
        await FileClient.RefusedAsync(StatusCode.NotFound, () => jail.UploadAsync("absent", new byte[1024]));
        Assert.Empty((await jail.ListAsync("")).Files);
    }

    [Fact]
    public async Task UploadTar_OfWhatWasDownloaded_IsTheSameTree()
    {
        FileClient jail = await FileClient.CreateAsync(fixture);
        await jail.ShellAsync("mkdir -p a/b/c; for i in 1 2 3 4 5; do head -c ${i}0000 /dev/urandom >a/b/$i; touch -d @${i}00000000 a/b/$i; done; ln -s 1 a/b/l; mkdir copy");
        await jail.UploadAsync("copy", await jail.DownloadAsync("a"));

        await jail.ShellAsync("diff -r a copy && test \"$(cd a; stat -c '%n %Y %a' b/[1-5])\" = \"$(cd copy; stat -c '%n %Y %a' b/[1-5])\"");
    }

    private static async Task<byte[]> ArchiveAsync(params TarEntry[] entries)
    {
        MemoryStream archive = new();
        await using (TarWriter writer = new(archive, leaveOpen: true))
        {
            foreach (TarEntry entry in entries)
            {
                await writer.WriteEntryAsync(entry, Token);
            }
        }

        return archive.ToArray();
    }

    private static async Task UnpackAsync(string folder, byte[] archive)
    {
        using Process tar = Process.Start(new ProcessStartInfo("tar", ["-x", "-p", "-C", folder]) { RedirectStandardInput = true })!;
        await tar.StandardInput.BaseStream.WriteAsync(archive, Token);
        tar.StandardInput.Close();
        await tar.WaitForExitAsync(Token);
        Assert.Equal(0, tar.ExitCode);
    }

    private static async Task<byte[]> PackAsync(string folder, params string[] options)
    {
        using Process tar = Process.Start(new ProcessStartInfo("tar", ["-c", "-C", folder, .. options, "."]) { RedirectStandardOutput = true })!;
        MemoryStream archive = new();
        await tar.StandardOutput.BaseStream.CopyToAsync(archive, Token);
        await tar.WaitForExitAsync(Token);
        Assert.Equal(0, tar.ExitCode);
        return archive.ToArray();
    }

    private static async Task<string> RunAsync(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        string output = await process.StandardOutput.ReadToEndAsync(Token);
        await process.WaitForExitAsync(Token);
        Assert.Equal(0, process.ExitCode);
        return output;
    }
}
