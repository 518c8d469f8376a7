namespace AgentSandbox.Ctl.Text;

/// <summary>A tree for people. Every line is made visible.</summary>
/// <param name="text">What stands at the root of it.</param>
internal sealed class Tree(string text)
{
    private readonly List<Tree> _branches = [];
    private readonly string _line = VisibleText.Of(text);

    /// <summary>Adds a branch, and gives it.</summary>
    public Tree Add(string branch)
    {
        Tree added = new(branch);
        _branches.Add(added);
        return added;
    }

    /// <summary>Adds a branch for each of <paramref name="branches"/>.</summary>
    public Tree AddAll(IEnumerable<string> branches)
    {
        foreach (string branch in branches)
        {
            Add(branch);
        }

        return this;
    }

    /// <summary>Prints it.</summary>
    public void Print()
    {
        Console.Out.WriteLine(Style.Bold(_line));
        PrintBranches("");
    }

    private void PrintBranches(string indent)
    {
        for (int i = 0; i < _branches.Count; i++)
        {
            bool last = i == _branches.Count - 1;
            Console.Out.WriteLine($"{indent}{(last ? "└─ " : "├─ ")}{_branches[i]._line}");
            _branches[i].PrintBranches(indent + (last ? "   " : "│  "));
        }
    }
}
