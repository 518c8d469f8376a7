using System.Collections;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace AgentSandbox.Tests.Daemon.Api;

/// <summary>Makes messages of any kind with random and extreme values.</summary>
/// <param name="seed">Where the numbers begin: the same seed gives the same messages.</param>
/// <param name="words">Strings that are right somewhere: ids, profiles.</param>
internal sealed class RandomMessages(int seed, string[] words)
{
    private const int MaxDepth = 4;

    private static readonly long[] s_integers = [0, 1, -1, 2, 15, 16, 64, 65, 100, 1000, 4096, 65535, 65536, 1 << 20, 1 << 30, int.MaxValue, (long)int.MaxValue + 1, long.MaxValue, long.MinValue, int.MinValue];

    private static readonly string[] s_strings =
    [
        "", "a", "true", "/", "..", ".", "/etc/shadow", "../../etc/passwd", "all", "max", "0-3", "9999999999-0", "\u202e", "\n", "\0", "a=b", "LD_PRELOAD", "😀", "j-aaaaaaaaaaaa", "c-1", "ask_x_y", "%s%n",
        new string('x', 300), new string('/', 5000), "/proc/self/exe", "/proc/1/root", "relative/path", "--", "-1",
    ];

    private readonly Random _random = new(seed);

    /// <summary>A message of this kind.</summary>
    public IMessage Next(MessageDescriptor kind, int depth = 0)
    {
        IMessage message = kind.Parser.ParseFrom([]);
        foreach (FieldDescriptor field in kind.Fields.InDeclarationOrder())
        {
            if (_random.Next(3) == 0 || depth > MaxDepth)
            {
                continue;
            }

            if (field.IsMap)
            {
                IDictionary map = (IDictionary)field.Accessor.GetValue(message);
                for (int i = _random.Next(3); i > 0; i--)
                {
                    map[Value(field.MessageType.FindFieldByNumber(1), depth)] = Value(field.MessageType.FindFieldByNumber(2), depth);
                }
            }
            else if (field.IsRepeated)
            {
                IList list = (IList)field.Accessor.GetValue(message);
                for (int i = _random.Next(4); i > 0; i--)
                {
                    list.Add(Value(field, depth));
                }
            }
            else
            {
                field.Accessor.SetValue(message, Value(field, depth));
            }
        }

        return message;
    }

    private object Value(FieldDescriptor field, int depth) => field.FieldType switch
    {
        FieldType.Message => Next(field.MessageType, depth + 1),
        FieldType.String => _random.Next(2) == 0 ? words[_random.Next(words.Length)] : s_strings[_random.Next(s_strings.Length)],
        FieldType.Bytes => ByteString.CopyFrom(new byte[_random.Next(2000)]),
        FieldType.Bool => _random.Next(2) == 0,
        FieldType.Double => (double)Integer(),
        FieldType.Int64 => Integer(),
        FieldType.Int32 => unchecked((int)Integer()),
        FieldType.UInt32 => unchecked((uint)Integer()),
        FieldType.Enum => Enum.ToObject(field.EnumType.ClrType, _random.Next(-1, 12)),
        _ => throw new InvalidOperationException($"no values for {field.FieldType}"),
    };

    private long Integer() => s_integers[_random.Next(s_integers.Length)];
}
