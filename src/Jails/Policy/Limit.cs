namespace AgentSandbox.Jails.Policy;

/// <summary>A limit: a value, or <see cref="Max"/> for none.</summary>
/// <typeparam name="T">The limited quantity.</typeparam>
public readonly record struct Limit<T>
    where T : struct, IComparable<T>
{
    private readonly T? _value;

    /// <summary>A limit at <paramref name="value"/>.</summary>
    public Limit(T value) => _value = value;

    /// <summary>No limit.</summary>
#pragma warning disable CA1000 // "Max" is a value of this type, not a factory
    public static Limit<T> Max => default;
#pragma warning restore CA1000

    /// <summary>True if there is no limit.</summary>
    public bool IsMax => _value is null;

    /// <summary>The limit's value.</summary>
    /// <exception cref="InvalidOperationException">The limit is <see cref="Max"/>.</exception>
    public T Value => _value ?? throw new InvalidOperationException("this limit is 'max': it has no value");

    /// <summary>True if <paramref name="other"/> asks for more than this limit gives.</summary>
    public bool IsBelow(Limit<T> other) => !IsMax && (other.IsMax || other.Value.CompareTo(Value) > 0);

    /// <summary>The value, or <c>max</c>.</summary>
    public override string ToString() => _value?.ToString() ?? "max";

    /// <summary>A limit at <paramref name="value"/>.</summary>
    public static implicit operator Limit<T>(T value) => new(value);
}
