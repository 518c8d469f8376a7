namespace AgentSandbox.Ctl.Text;

/// <summary>Names and values, a line each. Every value is made visible; one that is empty is left out.</summary>
internal sealed class FieldList
{
    private readonly List<(string Name, string Value)> _fields = [];

    /// <summary>Adds a field.</summary>
    public FieldList Add(string name, string value)
    {
        if (value.Length > 0)
        {
            _fields.Add((name, VisibleText.Of(value)));
        }

        return this;
    }

    /// <summary>Prints them.</summary>
    public void Print()
    {
        int width = _fields.Max(field => field.Name.Length);
        foreach ((string name, string value) in _fields)
        {
            Console.Out.WriteLine($"{Style.Bold(name.PadRight(width))}  {value}");
        }
    }
}
