using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace LstmLab.Tests.House;

/// <summary>What users of a library can name: one line for each public type and member, sorted, as the file PublicAPI.txt of its project
/// keeps it.</summary>
internal static class PublicApi
{
    /// <summary>The libraries.</summary>
    public static readonly string[] Libraries = ["LstmLab", "LstmLab.Formats", "LstmLab.Forecasting", "LstmLab.Sequences", "LstmLab.Charts"];

    // What the compiler adds to every record, and what every type inherits.
    private static readonly string[] Unlisted = ["<Clone>$", "Equals", "GetHashCode", "ToString", "PrintMembers", "EqualityContract",
        "op_Equality", "op_Inequality", "Deconstruct"];

    private static readonly SymbolDisplayFormat Types = new(
        SymbolDisplayGlobalNamespaceStyle.Omitted,
        SymbolDisplayTypeQualificationStyle.NameAndContainingTypesAndNamespaces,
        SymbolDisplayGenericsOptions.IncludeTypeParameters | SymbolDisplayGenericsOptions.IncludeTypeConstraints);

    private static readonly SymbolDisplayFormat Short = new(
        SymbolDisplayGlobalNamespaceStyle.Omitted,
        SymbolDisplayTypeQualificationStyle.NameAndContainingTypes,
        SymbolDisplayGenericsOptions.IncludeTypeParameters,
        SymbolDisplayMemberOptions.IncludeParameters,
        parameterOptions: SymbolDisplayParameterOptions.IncludeType | SymbolDisplayParameterOptions.IncludeName
            | SymbolDisplayParameterOptions.IncludeModifiers
            | SymbolDisplayParameterOptions.IncludeDefaultValue | SymbolDisplayParameterOptions.IncludeExtensionThis,
        propertyStyle: SymbolDisplayPropertyStyle.ShowReadWriteDescriptor,
        miscellaneousOptions: SymbolDisplayMiscellaneousOptions.UseSpecialTypes
            | SymbolDisplayMiscellaneousOptions.IncludeNullableReferenceTypeModifier);

    /// <summary>The checked-in file of a library.</summary>
    public static string FileOf(string library) => Repository.PathOf("src", library, "PublicAPI.txt");

    /// <summary>The lines of a library as it was built.</summary>
    public static string[] LinesOf(string library)
    {
        IEnumerable<MetadataReference> references = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Select(file => MetadataReference.CreateFromFile(file));
        CSharpCompilation compilation = CSharpCompilation.Create("api", references: references);
        IAssemblySymbol assembly = compilation.References.Select(compilation.GetAssemblyOrModuleSymbol).OfType<IAssemblySymbol>()
            .Single(found => found.Name == library);
        return [.. TypesOf(assembly.GlobalNamespace).SelectMany(LinesOf).Order(StringComparer.Ordinal)];
    }

    /// <summary>Writes the files anew.</summary>
    public static void Write()
    {
        foreach (string library in Libraries)
        {
            File.WriteAllText(FileOf(library), string.Concat(LinesOf(library).Select(line => line + "\n")));
            Console.WriteLine(Path.GetRelativePath(Repository.Root, FileOf(library)));
        }
    }

    private static IEnumerable<INamedTypeSymbol> TypesOf(INamespaceOrTypeSymbol parent) =>
        parent.GetMembers().OfType<INamespaceOrTypeSymbol>().SelectMany(member => member is INamedTypeSymbol type
            ? IsVisible(type) ? TypesOf(type).Prepend(type) : [] : TypesOf(member));

    private static IEnumerable<string> LinesOf(INamedTypeSymbol type)
    {
        string name = type.ToDisplayString(Types);
        string bases = string.Join(", ", Bases(type).Select(found => found.ToDisplayString(Short)).Order(StringComparer.Ordinal));
        yield return $"{name} is {Modifiers(type)}{Kind(type)}{(bases.Length > 0 ? $" of {bases}" : "")}";
        string full = type.ToDisplayString(Types.WithGenericsOptions(SymbolDisplayGenericsOptions.IncludeTypeParameters));
        foreach (ISymbol member in type.GetMembers().Where(IsListed))
            yield return $"{full}.{member.ToDisplayString(Short)}{TypeOf(member)}{Note(member)}";
    }

    private static IEnumerable<INamedTypeSymbol> Bases(INamedTypeSymbol type) =>
        type.Interfaces.Where(found =>
        IsVisible(found) && !found.Name.StartsWith("IEquatable", StringComparison.Ordinal) && type.TypeKind != TypeKind.Enum)
            .Concat(type.TypeKind == TypeKind.Class && type.BaseType is { SpecialType: SpecialType.None } parent ? [parent] : []);

    private static bool IsListed(ISymbol member) => IsVisible(member) && member is not INamedTypeSymbol
        && member is not IMethodSymbol { AssociatedSymbol: not null }
        && !Unlisted.Contains(member.Name) && !(member is IFieldSymbol { Name: "value__" })
        && !(member is IMethodSymbol
        {
            MethodKind: MethodKind.Constructor, ContainingType.TypeKind: TypeKind.Struct,
            Parameters.Length: 0
        });

    private static bool IsVisible(ISymbol symbol) =>
        symbol.DeclaredAccessibility is Accessibility.Public or Accessibility.Protected or Accessibility.ProtectedOrInternal;

    private static string Kind(INamedTypeSymbol type) => (type.IsRecord ? "record " : "") + type.TypeKind.ToString().ToLowerInvariant();

    private static string Modifiers(INamedTypeSymbol type) => type.TypeKind != TypeKind.Class ? ""
        : type.IsStatic ? "static " : type.IsAbstract ? "abstract " : type.IsSealed ? "sealed " : "";

    private static string TypeOf(ISymbol member) => member switch
    {
        IMethodSymbol { MethodKind: MethodKind.Constructor } => "",
        IMethodSymbol method => $" → {method.ReturnType.ToDisplayString(Short)}",
        IPropertySymbol property => $" → {property.Type.ToDisplayString(Short)}",
        IFieldSymbol { ContainingType.TypeKind: TypeKind.Enum } value => $" = {value.ConstantValue}",
        IFieldSymbol field => $" → {field.Type.ToDisplayString(Short)}",
        IEventSymbol found => $" → {found.Type.ToDisplayString(Short)}",
        _ => "",
    };

    private static string Note(ISymbol member)
    {
        string[] notes =
        [
            .. member.IsStatic && member.ContainingType.TypeKind != TypeKind.Enum ? ["static"] : Array.Empty<string>(),
            .. member.IsAbstract && member.ContainingType.TypeKind != TypeKind.Interface ? ["abstract"] : Array.Empty<string>(),
            .. member.IsVirtual ? ["virtual"] : Array.Empty<string>(),
            .. member.IsOverride ? ["override"] : Array.Empty<string>(),
            .. member.DeclaredAccessibility != Accessibility.Public ? ["protected"] : Array.Empty<string>(),
        ];
        return notes.Length > 0 ? $" ({string.Join(", ", notes)})" : "";
    }
}
