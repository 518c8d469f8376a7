using System.Text.Json;
using System.Text.RegularExpressions;

namespace AgentSandbox.Mcp.Schema;

/// <summary>Compares a value with a JSON Schema, within bounds: nothing is fetched, and a pattern cannot take more than time linear in its text.</summary>
/// <remarks>Source: JSON Schema 2020-12, "Validation". <c>format</c> and <c>unevaluatedProperties</c> are notes here, not rules. A reference leads within the schema, or the value is refused.</remarks>
internal sealed class SchemaCheck
{
    private const int MaxPattern = 1000;
    private static readonly TimeSpan s_patternTime = TimeSpan.FromMilliseconds(200);

    private readonly JsonElement _root;
    private readonly SchemaBudget _budget = new();

    private SchemaCheck(JsonElement root) => _root = root;

    /// <summary>The first difference; null: the value is as the schema says.</summary>
    /// <exception cref="SchemaLimitException">It cannot be said within the bounds.</exception>
    public static SchemaFault? Find(JsonElement schema, JsonElement value)
    {
        try
        {
            return new SchemaCheck(schema).Check(schema, value, "", 0);
        }
        catch (InvalidOperationException malformed)
        {
            throw new SchemaLimitException($"a malformed schema: {malformed.Message}"); // a keyword is not of the type that it must be
        }
    }

    private static SchemaFault Fault(string path, string message) => new(path, message);

    private SchemaFault? Check(JsonElement schema, JsonElement value, string path, int depth)
    {
        _budget.Spend(depth);
        return schema.ValueKind switch
        {
            JsonValueKind.True => null,
            JsonValueKind.False => Fault(path, "may not be given"),
            JsonValueKind.Object => CheckAll(schema, value, path, depth),
            _ => throw new SchemaLimitException("a schema that is neither an object nor a boolean"),
        };
    }

    private SchemaFault? CheckAll(JsonElement schema, JsonElement value, string path, int depth) =>
        CheckReference(schema, value, path, depth)
        ?? CheckType(schema, value, path)
        ?? CheckChoices(schema, value, path)
        ?? SchemaNumbers.Check(schema, value, path)
        ?? CheckText(schema, value, path)
        ?? (value.ValueKind == JsonValueKind.Object ? CheckObject(schema, value, path, depth) : null)
        ?? (value.ValueKind == JsonValueKind.Array ? CheckArray(schema, value, path, depth) : null)
        ?? CheckCombinations(schema, value, path, depth);

    private SchemaFault? CheckReference(JsonElement schema, JsonElement value, string path, int depth)
    {
        if (!schema.TryGetProperty("$ref", out JsonElement reference))
        {
            return schema.TryGetProperty("$dynamicRef", out _) ? throw new SchemaLimitException("a dynamic reference") : null;
        }

        string text = reference.GetString() ?? "";
        JsonElement target = _root;
        foreach (string part in text == "#" ? [] : text.StartsWith("#/", StringComparison.Ordinal) ? text[2..].Split('/') : throw new SchemaLimitException("a reference that leaves the schema"))
        {
            string name = Uri.UnescapeDataString(part).Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
            target = target.ValueKind == JsonValueKind.Object && target.TryGetProperty(name, out JsonElement next) ? next : throw new SchemaLimitException("a reference to nothing");
        }

        return Check(target, value, path, depth + 1);
    }

    private static SchemaFault? CheckType(JsonElement schema, JsonElement value, string path)
    {
        if (!schema.TryGetProperty("type", out JsonElement type))
        {
            return null;
        }

        string[] wanted = type.ValueKind == JsonValueKind.Array ? [.. type.EnumerateArray().Select(one => one.GetString() ?? "")] : [type.GetString() ?? ""];
        return wanted.Any(one => SchemaTypes.Is(value, one)) ? null : Fault(path, $"is {SchemaTypes.Of(value)}, and must be {string.Join(" or ", wanted.Select(SchemaTypes.WithArticle))}");
    }

    private SchemaFault? CheckChoices(JsonElement schema, JsonElement value, string path)
    {
        if (schema.TryGetProperty("const", out JsonElement constant) && !JsonElement.DeepEquals(constant, value))
        {
            return Fault(path, $"must be {constant.GetRawText()}");
        }

        if (!schema.TryGetProperty("enum", out JsonElement choices))
        {
            return null;
        }

        foreach (JsonElement choice in choices.EnumerateArray())
        {
            _budget.Spend(0);
            if (JsonElement.DeepEquals(choice, value))
            {
                return null;
            }
        }

        return Fault(path, $"must be one of {string.Join(", ", choices.EnumerateArray().Take(20).Select(choice => choice.GetRawText()))}");
    }

    private static SchemaFault? CheckText(JsonElement schema, JsonElement value, string path)
    {
        if (value.ValueKind != JsonValueKind.String)
        {
            return null;
        }

        string text = value.GetString()!;
        long length = text.EnumerateRunes().LongCount();
        return SchemaNumbers.Bound(schema, "minLength") is long least && length < least ? Fault(path, $"has {length} characters, and must have {least} or more")
            : SchemaNumbers.Bound(schema, "maxLength") is long most && length > most ? Fault(path, $"has {length} characters, and may have {most}")
            : schema.TryGetProperty("pattern", out JsonElement pattern) && !Matches(pattern.GetString() ?? "", text) ? Fault(path, $"does not match the pattern {pattern.GetString()}")
            : null;
    }

    private static bool Matches(string pattern, string text)
    {
        try
        {
            return pattern.Length <= MaxPattern
                ? Regex.IsMatch(text, pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, s_patternTime)
                : throw new SchemaLimitException($"a pattern of more than {MaxPattern} characters");
        }
        catch (Exception unfit) when (unfit is ArgumentException or NotSupportedException or RegexMatchTimeoutException)
        {
            throw new SchemaLimitException($"a pattern that is not checked: {unfit.Message}");
        }
    }

    private SchemaFault? CheckObject(JsonElement schema, JsonElement value, string path, int depth)
    {
        if (schema.TryGetProperty("required", out JsonElement required)
            && required.EnumerateArray().Select(name => name.GetString()!).FirstOrDefault(name => !value.TryGetProperty(name, out _)) is string missing)
        {
            return Fault(SchemaNames.Join(path, missing), "is missing");
        }

        int count = value.EnumerateObject().Count();
        if ((SchemaNumbers.Bound(schema, "minProperties") is long least && count < least) || (SchemaNumbers.Bound(schema, "maxProperties") is long most && count > most))
        {
            return Fault(path, $"has {count} members, which are too {(SchemaNumbers.Bound(schema, "minProperties") > count ? "few" : "many")}");
        }

        bool hasProperties = schema.TryGetProperty("properties", out JsonElement properties);
        bool hasPatterns = schema.TryGetProperty("patternProperties", out JsonElement patterns);
        bool hasRest = schema.TryGetProperty("additionalProperties", out JsonElement rest);
        foreach (JsonProperty member in value.EnumerateObject())
        {
            bool isNamed = false;
            string at = SchemaNames.Join(path, member.Name);
            if (schema.TryGetProperty("propertyNames", out JsonElement names) && Check(names, SchemaNames.AsValue(member.Name), at, depth + 1) is SchemaFault badName)
            {
                return badName;
            }

            if (hasProperties && properties.TryGetProperty(member.Name, out JsonElement own))
            {
                isNamed = true;
                if (Check(own, member.Value, at, depth + 1) is SchemaFault fault)
                {
                    return fault;
                }
            }

            foreach (JsonProperty pattern in hasPatterns ? patterns.EnumerateObject() : default)
            {
                if (Matches(pattern.Name, member.Name))
                {
                    isNamed = true;
                    if (Check(pattern.Value, member.Value, at, depth + 1) is SchemaFault fault)
                    {
                        return fault;
                    }
                }
            }

            if (!isNamed && hasRest)
            {
                if (rest.ValueKind == JsonValueKind.False)
                {
                    return Fault(at, SchemaNames.Unknown(member.Name, hasProperties ? properties : default));
                }

                if (Check(rest, member.Value, at, depth + 1) is SchemaFault fault)
                {
                    return fault;
                }
            }
        }

        return null;
    }

    private SchemaFault? CheckArray(JsonElement schema, JsonElement value, string path, int depth)
    {
        int length = value.GetArrayLength();
        if (SchemaNumbers.Bound(schema, "minItems") is long least && length < least)
        {
            return Fault(path, $"has {length} items, and must have {least} or more");
        }

        if (SchemaNumbers.Bound(schema, "maxItems") is long most && length > most)
        {
            return Fault(path, $"has {length} items, and may have {most}");
        }

        JsonElement[] first = schema.TryGetProperty("prefixItems", out JsonElement prefix) ? [.. prefix.EnumerateArray()] : [];
        bool hasItems = schema.TryGetProperty("items", out JsonElement items);
        int index = 0;
        foreach (JsonElement item in value.EnumerateArray())
        {
            SchemaFault? fault = index < first.Length ? Check(first[index], item, $"{path}[{index}]", depth + 1) : hasItems ? Check(items, item, $"{path}[{index}]", depth + 1) : null;
            if (fault is not null)
            {
                return fault;
            }

            index++;
        }

        return null;
    }

    private SchemaFault? CheckCombinations(JsonElement schema, JsonElement value, string path, int depth)
    {
        if (schema.TryGetProperty("allOf", out JsonElement all) && Faults(all).FirstOrDefault(fault => fault is not null) is SchemaFault one)
        {
            return one;
        }

        if (schema.TryGetProperty("anyOf", out JsonElement any) && Faults(any).ToArray() is SchemaFault?[] faults && faults.All(fault => fault is not null))
        {
            return faults.FirstOrDefault() ?? Fault(path, "fits none of what it may be");
        }

        if (schema.TryGetProperty("oneOf", out JsonElement exactly) && Faults(exactly).ToArray() is SchemaFault?[] each && each.Count(fault => fault is null) != 1)
        {
            return each.All(fault => fault is not null) && each.FirstOrDefault() is SchemaFault first ? first : Fault(path, "fits more than one of what it may be");
        }

        if (schema.TryGetProperty("not", out JsonElement not) && Check(not, value, path, depth + 1) is null)
        {
            return Fault(path, "is what it may not be");
        }

        return !schema.TryGetProperty("if", out JsonElement condition) ? null
            : Check(condition, value, path, depth + 1) is null
                ? schema.TryGetProperty("then", out JsonElement then) ? Check(then, value, path, depth + 1) : null
                : schema.TryGetProperty("else", out JsonElement otherwise) ? Check(otherwise, value, path, depth + 1) : null;

        IEnumerable<SchemaFault?> Faults(JsonElement schemas) => schemas.EnumerateArray().Select(part => Check(part, value, path, depth + 1));
    }
}
