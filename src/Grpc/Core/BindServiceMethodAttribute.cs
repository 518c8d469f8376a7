using System.Diagnostics.CodeAnalysis;

namespace Grpc.Core;

/// <summary>Says of a generated service's base class which method binds it.</summary>
/// <param name="bindType">The class that has the method.</param>
/// <param name="bindMethodName">The method.</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class BindServiceMethodAttribute(
    [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicMethods)] Type bindType, string bindMethodName) : Attribute
{
    /// <summary>The class that has the method.</summary>
    [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicMethods)]
    public Type BindType => bindType;

    /// <summary>The method.</summary>
    public string BindMethodName => bindMethodName;
}
