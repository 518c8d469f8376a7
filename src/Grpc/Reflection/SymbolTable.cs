using Google.Protobuf.Reflection;

namespace AgentSandbox.Grpc.Reflection;

/// <summary>Files by what they declare.</summary>
internal sealed class SymbolTable
{
    private readonly Dictionary<string, FileDescriptor> _files = new(StringComparer.Ordinal);
    private readonly Dictionary<string, FileDescriptor> _symbols = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Type, int Number), FileDescriptor> _extensions = [];
    private readonly HashSet<string> _messages = new(StringComparer.Ordinal);

    /// <param name="files">The files; those that they import are added.</param>
    public SymbolTable(IEnumerable<FileDescriptor> files)
    {
        foreach (FileDescriptor file in files.SelectMany(WithDependencies))
        {
            if (_files.TryAdd(file.Name, file))
            {
                Add(file);
            }
        }
    }

    /// <summary>A file and all that it imports, each once, the file first.</summary>
    public static IReadOnlyList<FileDescriptor> WithDependencies(FileDescriptor file)
    {
        List<FileDescriptor> all = [file];
        for (int i = 0; i < all.Count; i++)
        {
            all.AddRange(all[i].Dependencies.Except(all));
        }

        return all;
    }

    public FileDescriptor? FindFile(string name) => _files.GetValueOrDefault(name);

    public FileDescriptor? FindSymbol(string name) => _symbols.GetValueOrDefault(name);

    public FileDescriptor? FindExtension(string type, int number) => _extensions.GetValueOrDefault((type, number));

    public bool HasMessage(string name) => _messages.Contains(name);

    public IEnumerable<int> ExtensionsOf(string type) => _extensions.Keys.Where(key => key.Type == type).Select(key => key.Number).Order();

    private void Add(FileDescriptor file)
    {
        foreach (ServiceDescriptor service in file.Services)
        {
            _symbols[service.FullName] = file;
            foreach (MethodDescriptor method in service.Methods)
            {
                _symbols[method.FullName] = file;
            }
        }

        Add(file, file.EnumTypes);
        Add(file, file.Extensions.UnorderedExtensions);
        foreach (MessageDescriptor message in file.MessageTypes)
        {
            Add(file, message);
        }
    }

    private void Add(FileDescriptor file, MessageDescriptor message)
    {
        _symbols[message.FullName] = file;
        _messages.Add(message.FullName);
        foreach (FieldDescriptor field in message.Fields.InDeclarationOrder())
        {
            _symbols[field.FullName] = file;
        }

        foreach (OneofDescriptor oneof in message.Oneofs)
        {
            _symbols[oneof.FullName] = file;
        }

        Add(file, message.EnumTypes);
        Add(file, message.Extensions.UnorderedExtensions);
        foreach (MessageDescriptor nested in message.NestedTypes)
        {
            Add(file, nested);
        }
    }

    private void Add(FileDescriptor file, IEnumerable<EnumDescriptor> enums)
    {
        foreach (EnumDescriptor type in enums)
        {
            _symbols[type.FullName] = file;
            foreach (EnumValueDescriptor value in type.Values)
            {
                _symbols[value.FullName] = file;
            }
        }
    }

    private void Add(FileDescriptor file, IEnumerable<FieldDescriptor> extensions)
    {
        foreach (FieldDescriptor extension in extensions)
        {
            _symbols[extension.FullName] = file;
            _extensions[(extension.ExtendeeType.FullName, extension.FieldNumber)] = file;
        }
    }
}
