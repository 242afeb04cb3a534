namespace LstmLab.Jupyter.Polyglot;

/// <summary>Types as C# writes them.</summary>
internal static class TypeName
{
    /// <summary>The full name of a public type; <c>object</c> for one that other assemblies cannot name.</summary>
    public static string Of(Type type)
    {
        if (!type.IsVisible) return "object";
        if (type.IsArray) return $"{Of(type.GetElementType()!)}[{new string(',', type.GetArrayRank() - 1)}]";

        var name = $"global::{type.FullName!.Split('[')[0].Replace('+', '.')}";
        if (!type.IsGenericType) return name;
        if (type.IsNested) return "object";
        return $"{name.Split('`')[0]}<{string.Join(", ", type.GetGenericArguments().Select(Of))}>";
    }
}
