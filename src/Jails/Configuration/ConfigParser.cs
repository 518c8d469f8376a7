using System.Collections.Immutable;
using System.Text.Json;

namespace AgentSandbox.Jails.Configuration;

/// <summary>Reads a JSON file with comments and trailing commas into nodes that know their lines.</summary>
public ref struct ConfigParser
{
    private const int MaxDepth = 16;

    private readonly string _file;
    private readonly ReadOnlySpan<byte> _json;
    private Utf8JsonReader _reader;
    private int _counted;
    private int _line = 1;

    private ConfigParser(string file, ReadOnlySpan<byte> json)
    {
        _file = file;
        _json = json;
        _reader = new(json, new JsonReaderOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, MaxDepth = MaxDepth });
    }

    /// <summary>The file's value, which must be an object.</summary>
    /// <exception cref="ConfigException">Not JSON, not UTF-8, nested too deeply, or a key that stands twice in an object.</exception>
    public static ConfigNode Parse(string file, ReadOnlySpan<byte> json)
    {
        ConfigParser parser = new(file, json);
        try
        {
            parser._reader.Read();
            ConfigNode root = parser.Value("", "", parser.Line());
            parser._reader.Read(); // throws if anything follows
            root.Members();
            return root;
        }
        catch (JsonException e)
        {
            throw new ConfigException(file, (int)(e.LineNumber ?? 0) + 1, "syntax", e.Message.Split(" LineNumber:")[0]);
        }
        catch (InvalidOperationException)
        {
            throw new ConfigException(file, parser._line, "syntax", "a string is not valid UTF-8");
        }
    }

    private ConfigNode Value(string path, string name, int line)
    {
        JsonTokenType kind = _reader.TokenType;
        return kind switch
        {
            JsonTokenType.StartObject => new(_file, line, path, name, kind, "", Members(path)),
            JsonTokenType.StartArray => new(_file, line, path, name, kind, "", Entries(path)),
            JsonTokenType.String => new(_file, line, path, name, kind, _reader.GetString()!, []),
            _ => new(_file, line, path, name, kind, System.Text.Encoding.UTF8.GetString(_reader.ValueSpan), []),
        };
    }

    private ImmutableArray<ConfigNode> Members(string path)
    {
        ImmutableArray<ConfigNode>.Builder members = ImmutableArray.CreateBuilder<ConfigNode>();
        HashSet<string> names = new(StringComparer.Ordinal);
        while (_reader.Read() && _reader.TokenType != JsonTokenType.EndObject)
        {
            int line = Line();
            string name = _reader.GetString()!;
            string member = name.All(c => char.IsAsciiLetterOrDigit(c) || c is '+' or '-' or '@' or '$' or '_')
                ? path.Length == 0 ? name : $"{path}.{name}"
                : $"{path}[\"{name}\"]";
            if (!names.Add(name))
            {
                throw new ConfigException(_file, line, member, "stands here twice");
            }

            _reader.Read();
            members.Add(Value(member, name, line));
        }

        return members.DrainToImmutable();
    }

    private ImmutableArray<ConfigNode> Entries(string path)
    {
        ImmutableArray<ConfigNode>.Builder entries = ImmutableArray.CreateBuilder<ConfigNode>();
        while (_reader.Read() && _reader.TokenType != JsonTokenType.EndArray)
        {
            entries.Add(Value($"{path}[{entries.Count}]", "", Line()));
        }

        return entries.DrainToImmutable();
    }

    /// <summary>The line of the current token.</summary>
    private int Line()
    {
        int start = (int)_reader.TokenStartIndex;
        _line += _json[_counted..start].Count((byte)'\n');
        _counted = start;
        return _line;
    }
}
