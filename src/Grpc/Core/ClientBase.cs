using System.Diagnostics.CodeAnalysis;

namespace Grpc.Core;

/// <summary>What generated clients stand on.</summary>
public abstract class ClientBase
{
    /// <summary>For test doubles: every call throws.</summary>
    protected ClientBase()
        : this(new UnimplementedCallInvoker())
    {
    }

    /// <summary>A client of a channel.</summary>
    /// <param name="channel">The channel.</param>
    protected ClientBase(ChannelBase channel)
        : this((channel ?? throw new ArgumentNullException(nameof(channel))).CreateCallInvoker())
    {
    }

    /// <summary>A client of an invoker.</summary>
    /// <param name="callInvoker">The means to make calls.</param>
    protected ClientBase(CallInvoker callInvoker)
        : this(new ClientBaseConfiguration(callInvoker))
    {
    }

    /// <summary>A client with a configuration.</summary>
    /// <param name="configuration">What another client was made of.</param>
    protected ClientBase(ClientBaseConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        CallInvoker = configuration.CallInvoker;
    }

    /// <summary>The means to make calls.</summary>
    protected CallInvoker CallInvoker { get; }

    /// <summary>What a client is made of.</summary>
    [SuppressMessage("Design", "CA1034", Justification = "nested in Grpc.Core.Api, where generated code looks for it")]
    protected internal sealed class ClientBaseConfiguration
    {
        internal ClientBaseConfiguration(CallInvoker callInvoker)
        {
            ArgumentNullException.ThrowIfNull(callInvoker);
            CallInvoker = callInvoker;
        }

        internal CallInvoker CallInvoker { get; }
    }
}
