using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Grpc.Core;

public sealed partial class ServerServiceDefinition
{
    /// <summary>Collects the methods of a service.</summary>
    [SuppressMessage("Design", "CA1034", Justification = "nested in Grpc.Core.Api")]
    public sealed class Builder
    {
        private readonly List<Action<ServiceBinderBase>> _methods = [];
        private readonly HashSet<string> _names = new(StringComparer.Ordinal);

        internal Builder()
        {
        }

        /// <summary>Adds a method: one request, one answer.</summary>
        /// <typeparam name="TRequest">The request.</typeparam>
        /// <typeparam name="TResponse">The answer.</typeparam>
        /// <param name="method">The method.</param>
        /// <param name="handler">What serves it.</param>
        public Builder AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, UnaryServerMethod<TRequest, TResponse> handler)
            where TRequest : class
            where TResponse : class => Add(method, binder => binder.AddMethod(method, handler));

        /// <summary>Adds a method: many requests, one answer.</summary>
        /// <typeparam name="TRequest">The request.</typeparam>
        /// <typeparam name="TResponse">The answer.</typeparam>
        /// <param name="method">The method.</param>
        /// <param name="handler">What serves it.</param>
        public Builder AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, ClientStreamingServerMethod<TRequest, TResponse> handler)
            where TRequest : class
            where TResponse : class => Add(method, binder => binder.AddMethod(method, handler));

        /// <summary>Adds a method: one request, many answers.</summary>
        /// <typeparam name="TRequest">The request.</typeparam>
        /// <typeparam name="TResponse">The answer.</typeparam>
        /// <param name="method">The method.</param>
        /// <param name="handler">What serves it.</param>
        public Builder AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, ServerStreamingServerMethod<TRequest, TResponse> handler)
            where TRequest : class
            where TResponse : class => Add(method, binder => binder.AddMethod(method, handler));

        /// <summary>Adds a method: many requests, many answers.</summary>
        /// <typeparam name="TRequest">The request.</typeparam>
        /// <typeparam name="TResponse">The answer.</typeparam>
        /// <param name="method">The method.</param>
        /// <param name="handler">What serves it.</param>
        public Builder AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, DuplexStreamingServerMethod<TRequest, TResponse> handler)
            where TRequest : class
            where TResponse : class => Add(method, binder => binder.AddMethod(method, handler));

        /// <summary>The definition.</summary>
        public ServerServiceDefinition Build() => new([.. _methods]);

        private Builder Add(IMethod method, Action<ServiceBinderBase> add)
        {
            ArgumentNullException.ThrowIfNull(method);
            if (!_names.Add(method.FullName))
            {
                throw new ArgumentException($"{method.FullName} is there already", nameof(method));
            }

            _methods.Add(add);
            return this;
        }
    }
}
