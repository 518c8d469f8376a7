using System.Diagnostics;
using System.Formats.Tar;
using System.Text;
using System.Text.RegularExpressions;
using AgentSandbox.Mcp.Answers;

namespace AgentSandbox.Mcp.Files;

/// <summary>One search of a workspace: its files come as one stream, so it is one call of the daemon however many there are.</summary>
internal sealed class FileSearch
{
    private const long MaxBytes = 100 * 1024 * 1024;
    private const int MaxFiles = 20_000;
    private const int MaxFile = 4 * 1024 * 1024;
    private const int MaxLine = 400;
    private static readonly TimeSpan s_maxTime = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan s_lineTime = TimeSpan.FromSeconds(2);

    private readonly Regex? _line;
    private readonly Regex? _name;
    private readonly int _maxMatches;

    private FileSearch(Regex? line, Regex? name, int maxMatches)
    {
        _line = line;
        _name = name;
        _maxMatches = maxMatches;
    }

    /// <summary>What was found.</summary>
    public List<FileMatch> Matches { get; } = [];

    /// <summary>How many files were looked at.</summary>
    public int Files { get; private set; }

    /// <summary>Why it did not look further; null: it looked at all.</summary>
    public string? Stopped { get; private set; }

    /// <summary>A search.</summary>
    /// <exception cref="ToolException">The pattern cannot be used.</exception>
    public static FileSearch Of(string? text, string? regex, bool ignoreCase, string? glob, int maxMatches)
    {
        if (text is not null && regex is not null)
        {
            throw Wrong("it takes text or regex, and not both");
        }

        RegexOptions options = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | (ignoreCase ? RegexOptions.IgnoreCase : RegexOptions.None);
        string? pattern = regex ?? (text is null ? null : Regex.Escape(text));
        try
        {
            return new FileSearch(
                pattern is null ? null : new Regex(pattern, options, s_lineTime),
                glob is null ? null : new Regex(GlobPattern(glob), RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, s_lineTime),
                maxMatches);
        }
        catch (Exception unfit) when (unfit is ArgumentException or NotSupportedException)
        {
            throw Wrong($"the regular expression cannot be used: {unfit.Message}");
        }
    }

    /// <summary>Looks.</summary>
    /// <param name="files">The workspace.</param>
    /// <param name="path">Where in it.</param>
    /// <param name="cancelled">Ends it.</param>
    public async Task RunAsync(WorkspaceFiles files, string path, CancellationToken cancelled)
    {
        bool isDirectory = path.Length == 0 || (await files.StatAsync(path).ConfigureAwait(false)).Kind == V1.FileKind.Directory;
        string above = path.Length == 0 ? "" : $"{path}/";
        long start = Stopwatch.GetTimestamp();
        using TarBytes bytes = files.Download(path);
        await using TarReader reader = new(bytes);
        while (Stopped is null && await reader.GetNextEntryAsync(copyData: false, cancelled).ConfigureAwait(false) is TarEntry entry)
        {
            if (entry.EntryType is TarEntryType.RegularFile or TarEntryType.V7RegularFile)
            {
                string name = isDirectory ? above + entry.Name : path;
                Files++;
                Stopped = await TryLookAsync(name, entry, cancelled).ConfigureAwait(false) ? null : $"a line of {name} took too long";
            }

            Stopped ??= Matches.Count >= _maxMatches ? $"there are {_maxMatches} matches"
                : Files >= MaxFiles ? $"{MaxFiles} files were looked at"
                : bytes.Count >= MaxBytes ? $"{MaxBytes >> 20} MiB were looked at"
                : Stopwatch.GetElapsedTime(start) >= s_maxTime ? $"{s_maxTime.TotalSeconds} s have passed"
                : null;
        }
    }

    private async Task<bool> TryLookAsync(string name, TarEntry entry, CancellationToken cancelled)
    {
        try
        {
            if (_name?.IsMatch(name) != false)
            {
                await LookAsync(name, entry, cancelled).ConfigureAwait(false);
            }

            return true;
        }
        catch (RegexMatchTimeoutException)
        {
            return false;
        }
    }

    private async Task LookAsync(string name, TarEntry entry, CancellationToken cancelled)
    {
        if (_line is null)
        {
            Matches.Add(new FileMatch(name, 0, ""));
            return;
        }

        if (entry.DataStream is null || entry.Length > MaxFile)
        {
            return;
        }

        byte[] content = new byte[entry.Length];
        await entry.DataStream.ReadExactlyAsync(content, cancelled).ConfigureAwait(false);
        int number = 0;
        foreach (string line in content.AsSpan(0, Math.Min(content.Length, 8192)).Contains((byte)0) ? [] : Encoding.UTF8.GetString(content).Split('\n'))
        {
            number++;
            if (_line.IsMatch(line))
            {
                Matches.Add(new FileMatch(name, number, line.Length > MaxLine ? $"{line[..MaxLine]}..." : line.TrimEnd('\r')));
                if (Matches.Count >= _maxMatches)
                {
                    return;
                }
            }
        }
    }

    // * and ? stop at a slash, ** does not; a glob without a slash is about the last part of the path.
    private static string GlobPattern(string glob)
    {
        StringBuilder pattern = new(glob.Contains('/', StringComparison.Ordinal) ? "^" : "(^|/)");
        for (int i = 0; i < glob.Length; i++)
        {
            if (glob.AsSpan(i).StartsWith("**/"))
            {
                pattern.Append("(.*/)?");
                i += 2;
            }
            else if (glob.AsSpan(i).StartsWith("**"))
            {
                pattern.Append(".*");
                i++;
            }
            else
            {
                pattern.Append(glob[i] switch { '*' => "[^/]*", '?' => "[^/]", _ => Regex.Escape(glob[i].ToString()) });
            }
        }

        return pattern.Append(@"\z").ToString();
    }

    private static ToolException Wrong(string reason) => new(new Refusal("search_files was called with wrong arguments", reason, "correct them and call again") { Code = "INVALID_ARGUMENTS" });
}
