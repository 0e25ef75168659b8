using Mono.Cecil;
using Mono.Cecil.Cil;

namespace OrderFunctions.TestKit;

/// <summary>A room of the house: a namespace, the ones it may use, and why no others.</summary>
public sealed record Room(string Name, string[] MayUse, string Why);

/// <summary>
/// Holds an assembly's namespaces to the directions of docs/architecture.md. It reads the compiled code, so a name in
/// a method's body counts as much as one in a signature.
/// </summary>
public sealed class Rooms(string root, IReadOnlyList<Room> rooms)
{
    /// <returns>A sentence for each use that no room allows, and for each namespace that is no room.</returns>
    public IReadOnlyList<string> Violations(string assemblyPath)
    {
        using var module = ModuleDefinition.ReadModule(assemblyPath);
        var known = rooms.ToDictionary(room => room.Name);
        var violations = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var type in module.GetTypes().Where(IsOurs))
        {
            var name = RoomOf(type);
            if (!known.TryGetValue(name, out var room))
            {
                violations.Add($"{name} is no room: add it to the test and to docs/architecture.md.");
                continue;
            }

            foreach (var used in UsedBy(type).Where(IsOurs))
            {
                var other = RoomOf(used);
                if (other != name && !room.MayUse.Contains(other))
                {
                    violations.Add(
                        $"{name} uses {other} ({Outermost(type).Name} -> {Outermost(used).Name}). {name} may use {Listed(room.MayUse)}: {room.Why}"
                    );
                }
            }
        }

        return [.. violations];
    }

    /// <summary>The rooms that use each other in a ring, by the directions that the rooms state; null: there is none.</summary>
    public string? Circle()
    {
        var left = rooms.ToDictionary(room => room.Name, room => room.MayUse);
        while (left.FirstOrDefault(room => !room.Value.Any(left.ContainsKey)).Key is { } ground)
        {
            left.Remove(ground);
        }

        return left.Count == 0 ? null : string.Join(", ", left.Keys);
    }

    private static string Listed(string[] names) => names.Length == 0 ? "no other room" : string.Join(", ", names);

    // Of whichever of our assemblies: a host's room names the rooms of Core that it uses, too.
    private bool IsOurs(TypeReference type) =>
        Outermost(type).Namespace is { } name
        && (name == root || name.StartsWith(root + ".", StringComparison.Ordinal));

    private string RoomOf(TypeReference type)
    {
        var name = Outermost(type).Namespace;
        return name == root ? "(root)" : name[(root.Length + 1)..];
    }

    private static TypeReference Outermost(TypeReference type) =>
        type.DeclaringType is null ? type : Outermost(type.DeclaringType);

    private static IEnumerable<TypeReference> UsedBy(TypeDefinition type)
    {
        TypeReference?[] own = [type.BaseType, .. type.Interfaces.Select(used => used.InterfaceType)];
        return own.OfType<TypeReference>()
            .Concat(type.Fields.Select(field => field.FieldType))
            .Concat(type.Methods.SelectMany(UsedBy))
            .Concat(type.CustomAttributes.Select(attribute => attribute.AttributeType))
            .SelectMany(Parts);
    }

    private static IEnumerable<TypeReference> UsedBy(MethodDefinition method)
    {
        yield return method.ReturnType;
        foreach (var parameter in method.Parameters)
        {
            yield return parameter.ParameterType;
        }

        if (!method.HasBody)
        {
            yield break;
        }

        foreach (var variable in method.Body.Variables)
        {
            yield return variable.VariableType;
        }

        foreach (var instruction in method.Body.Instructions)
        {
            switch (instruction.Operand)
            {
                case TypeReference type:
                    yield return type;
                    break;
                case MethodReference called:
                    yield return called.DeclaringType;
                    yield return called.ReturnType;
                    foreach (var argument in (called as GenericInstanceMethod)?.GenericArguments ?? [])
                    {
                        yield return argument;
                    }

                    break;
                case FieldReference field:
                    yield return field.DeclaringType;
                    yield return field.FieldType;
                    break;
            }
        }
    }

    // List<Order>[] is made of a list and an order.
    private static IEnumerable<TypeReference> Parts(TypeReference type) =>
        type switch
        {
            GenericInstanceType generic => generic.GenericArguments.SelectMany(Parts).Append(generic.ElementType),
            TypeSpecification specification => Parts(specification.ElementType),
            GenericParameter => [],
            _ => [type],
        };
}
