using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using AgentSandbox.Kernel;

namespace AgentSandbox.Tests.Unit.Kernel;

/// <summary>Everything in AgentSandbox.Kernel that bears a kernel name, as assertions: what is new there is found here without a list.</summary>
internal static partial class KernelDeclarations
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly;

    /// <summary>The constants of <see cref="Libc"/> and of the enums that keep the kernel's names.</summary>
    public static IEnumerable<HeaderAssertion> Constants() => new[] { typeof(Libc), typeof(Errno), typeof(Capability) }
        .SelectMany(type => type.GetFields(Declared))
        .Where(field => field.IsLiteral && !(field.DeclaringType == typeof(Errno) && field.Name == nameof(Errno.None)))
        .Select(field => HeaderAssertion.Value(field.Name, field.GetRawConstantValue()!));

    /// <summary>Size of each structure, offset and size of each of its fields.</summary>
    public static IEnumerable<HeaderAssertion> Structures() => StructureTypes().SelectMany(Structure);

    /// <summary>The structures with a kernel name: all of its letters are small.</summary>
    public static IEnumerable<Type> StructureTypes() => typeof(Libc).Assembly.GetTypes()
        .Where(type => type.IsValueType && !type.IsEnum && type.Namespace == typeof(Libc).Namespace && KernelName().IsMatch(type.Name));

    private static IEnumerable<HeaderAssertion> Structure(Type type)
    {
        string structure = HeaderExceptions.CName(type);
        string comparison = HeaderExceptions.Extensible.Contains(type.Name) ? "<=" : "==";
        yield return new(type.Name, $"{SizeOf(type)} {comparison} sizeof({structure})");
        foreach (FieldInfo field in type.GetFields(Declared).Where(field => !field.IsStatic))
        {
            string name = PropertyOf(field.Name);
            if (name.StartsWith("__", StringComparison.Ordinal))
            {
                continue; // padding
            }

            string path = HeaderExceptions.CField(type, name);
            yield return new(
                $"{type.Name}.{name}",
                $"__builtin_offsetof({structure}, {path}) == {OffsetOf(field)} && sizeof((({structure} *)0)->{path}) == {SizeOf(field.FieldType)}");
        }
    }

    // A record struct's field is <name>k__BackingField.
    private static string PropertyOf(string field) => field.StartsWith('<') ? field[1..field.IndexOf('>', StringComparison.Ordinal)] : field;

    private static int SizeOf(Type type) => type.IsPointer || type.IsFunctionPointer
        ? IntPtr.Size
        : (int)typeof(Unsafe).GetMethod(nameof(Unsafe.SizeOf))!.MakeGenericMethod(type).Invoke(null, null)!;

    // The offset in managed memory, which is what a blittable argument hands to the kernel; Marshal.OffsetOf knows only the marshalled form.
    private static long OffsetOf(FieldInfo field)
    {
        DynamicMethod method = new("OffsetOf", typeof(long), Type.EmptyTypes, typeof(KernelDeclarations).Module, skipVisibility: true);
        ILGenerator code = method.GetILGenerator();
        code.DeclareLocal(field.DeclaringType!);
        code.Emit(OpCodes.Ldloca_S, (byte)0);
        code.Emit(OpCodes.Ldflda, field);
        code.Emit(OpCodes.Conv_I8);
        code.Emit(OpCodes.Ldloca_S, (byte)0);
        code.Emit(OpCodes.Conv_I8);
        code.Emit(OpCodes.Sub);
        code.Emit(OpCodes.Ret);
        return method.CreateDelegate<Func<long>>()();
    }

    [GeneratedRegex("^[a-z][a-z0-9_]*$")]
    private static partial Regex KernelName();
}
