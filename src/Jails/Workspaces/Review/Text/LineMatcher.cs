namespace AgentSandbox.Jails.Workspaces.Review.Text;

/// <summary>Finds the fewest lines that were removed and added, in linear space and with bounded work.</summary>
/// <remarks>Source: E. W. Myers, "An O(ND) Difference Algorithm and Its Variations" (1986), section 4b. Lines that only one text has are put aside first.</remarks>
internal sealed class LineMatcher
{
    private const long MaxSteps = 100_000_000; // about a third of a second
    private const int StepsBetweenLooks = 1_000_000;

    private readonly int[] _x;
    private readonly int[] _y;
    private readonly int[] _forward; // by diagonal: how far along x it goes
    private readonly int[] _backward;
    private readonly int _origin; // of the diagonals, in these arrays
    private readonly CancellationToken _cancellation;
    private long _steps;
    private long _nextLook = StepsBetweenLooks;

    private LineMatcher(int[] x, int[] y, CancellationToken cancellation)
    {
        (_x, _y, _cancellation) = (x, y, cancellation);
        _origin = y.Length + 1;
        _forward = new int[x.Length + y.Length + 3];
        _backward = new int[x.Length + y.Length + 3];
    }

    /// <summary>Marks the lines without a partner.</summary>
    /// <returns>False: the texts differ in so much that it would take too long.</returns>
    internal static bool TryMatch(LineTable lines, CancellationToken cancellation)
    {
        int[] x = Shared(lines.BeforeNumbers, lines.AfterNumbers, lines.Distinct, lines.IsRemoved);
        int[] y = Shared(lines.AfterNumbers, lines.BeforeNumbers, lines.Distinct, lines.IsAdded);
        LineMatcher matcher = new([.. x.Select(i => lines.BeforeNumbers[i])], [.. y.Select(i => lines.AfterNumbers[i])], cancellation);
        return matcher.TryMark(i => lines.IsRemoved[x[i]] = true, i => lines.IsAdded[y[i]] = true);
    }

    // Where the lines stand that the other text has too; the others are marked.
    private static int[] Shared(int[] numbers, int[] others, int distinct, bool[] marks)
    {
        bool[] has = new bool[distinct];
        Array.ForEach(others, number => has[number] = true);
        List<int> shared = new(numbers.Length);
        for (int i = 0; i < numbers.Length; i++)
        {
            if (has[numbers[i]])
            {
                shared.Add(i);
            }
            else
            {
                marks[i] = true;
            }
        }

        return [.. shared];
    }

    private bool TryMark(Action<int> remove, Action<int> add)
    {
        Stack<(int X, int XEnd, int Y, int YEnd)> waiting = new([(0, _x.Length, 0, _y.Length)]);
        while (waiting.TryPop(out (int X, int XEnd, int Y, int YEnd) part))
        {
            (int x, int xEnd, int y, int yEnd) = part;
            while (x < xEnd && y < yEnd && _x[x] == _y[y])
            {
                (x, y) = (x + 1, y + 1);
            }

            while (x < xEnd && y < yEnd && _x[xEnd - 1] == _y[yEnd - 1])
            {
                (xEnd, yEnd) = (xEnd - 1, yEnd - 1);
            }

            if (x == xEnd || y == yEnd)
            {
                Each(x, xEnd, remove);
                Each(y, yEnd, add);
            }
            else if (Middle(x, xEnd, y, yEnd) is (int xMiddle, int yMiddle))
            {
                waiting.Push((x, xMiddle, y, yMiddle));
                waiting.Push((xMiddle, xEnd, yMiddle, yEnd));
            }
            else
            {
                return false;
            }
        }

        return true;
    }

    private static void Each(int start, int end, Action<int> mark)
    {
        for (int i = start; i < end; i++)
        {
            mark(i);
        }
    }

    // A point on a shortest way, where the search from the begin and the search from the end meet; null: too long.
    private (int X, int Y)? Middle(int x, int xEnd, int y, int yEnd)
    {
        Diagonals forward = new(x - y, x - yEnd, xEnd - y);
        Diagonals backward = new(xEnd - yEnd, x - yEnd, xEnd - y);
        bool meetsForward = ((x - y - (xEnd - yEnd)) & 1) != 0;
        Forward(forward.First) = x;
        Backward(backward.First) = xEnd;
        while (_steps < MaxSteps)
        {
            forward = forward.Widen(d => Forward(d) = -1);
            for (int d = forward.Last; d >= forward.First; d -= 2)
            {
                int at = Math.Max(Forward(d - 1) + 1, Forward(d + 1));
                int start = at;
                while (at < xEnd && at - d < yEnd && _x[at] == _y[at - d])
                {
                    at++;
                }

                Count(at - start);
                Forward(d) = at;
                if (meetsForward && backward.Has(d) && Backward(d) <= at)
                {
                    return (at, at - d);
                }
            }

            backward = backward.Widen(d => Backward(d) = int.MaxValue);
            for (int d = backward.Last; d >= backward.First; d -= 2)
            {
                int at = Math.Min(Backward(d - 1), Backward(d + 1) - 1);
                int start = at;
                while (at > x && at - d > y && _x[at - 1] == _y[at - d - 1])
                {
                    at--;
                }

                Count(start - at);
                Backward(d) = at;
                if (!meetsForward && forward.Has(d) && at <= Forward(d))
                {
                    return (at, at - d);
                }
            }
        }

        return null;
    }

    private ref int Forward(int diagonal) => ref _forward[_origin + diagonal];

    private ref int Backward(int diagonal) => ref _backward[_origin + diagonal];

    private void Count(int steps)
    {
        _steps += steps + 1;
        if (_steps >= _nextLook)
        {
            _nextLook = _steps + StepsBetweenLooks;
            _cancellation.ThrowIfCancellationRequested();
        }
    }

    // The diagonals that a search has reached, and the two that bound it.
    private readonly record struct Diagonals(int First, int Last, int Least, int Most)
    {
        internal Diagonals(int start, int least, int most)
            : this(start, start, least, most)
        {
        }

        internal bool Has(int diagonal) => diagonal >= First && diagonal <= Last;

        internal Diagonals Widen(Action<int> beyond)
        {
            int first = First > Least ? First - 1 : First + 1;
            int last = Last < Most ? Last + 1 : Last - 1;
            if (first < First)
            {
                beyond(first - 1);
            }

            if (last > Last)
            {
                beyond(last + 1);
            }

            return new Diagonals(first, last, Least, Most);
        }
    }
}
