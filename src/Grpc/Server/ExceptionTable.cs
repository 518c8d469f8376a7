using System.Collections.Immutable;
using Grpc.Core;

namespace AgentSandbox.Grpc.Server;

/// <summary>What the exceptions of a service become on the wire: the one place that decides which text a client may read.</summary>
public sealed class ExceptionTable
{
    /// <summary>No rule.</summary>
    public static readonly ExceptionTable Empty = new([]);

    private readonly ImmutableArray<Func<Exception, RpcException?>> _rules;

    private ExceptionTable(ImmutableArray<Func<Exception, RpcException?>> rules) => _rules = rules;

    /// <summary>This table with one more rule, which is asked after the others.</summary>
    /// <typeparam name="TException">The exceptions it is for, with those derived from it.</typeparam>
    /// <param name="translate">What such an exception becomes: a status, and details if there are.</param>
    public ExceptionTable With<TException>(Func<TException, RpcException> translate)
        where TException : Exception
    {
        ArgumentNullException.ThrowIfNull(translate);
        return new(_rules.Add(e => e is TException known ? translate(known) : null));
    }

    /// <summary>What an exception becomes; null if no rule is for it.</summary>
    /// <param name="exception">What a method threw.</param>
    public RpcException? Translate(Exception exception)
    {
        foreach (Func<Exception, RpcException?> rule in _rules)
        {
            if (rule(exception) is RpcException translated)
            {
                return translated;
            }
        }

        return null;
    }
}
