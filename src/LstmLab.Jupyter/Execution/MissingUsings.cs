using System.Diagnostics;
using System.Globalization;
using System.Numerics;
using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;

namespace LstmLab.Jupyter.Execution;

/// <summary>The <c>using</c> that a name lacks: projects import more namespaces than .NET Interactive and these cells do.</summary>
internal static class MissingUsings
{
    private static readonly (string Namespace, Assembly Assembly)[] Usual =
    [
        .. new[]
        {
            typeof(File), typeof(CultureInfo), typeof(Interlocked), typeof(Stopwatch), typeof(HttpClient), typeof(JsonSerializer),
            typeof(Regex), typeof(BigInteger),
        }.Select(type => (type.Namespace!, type.Assembly)),
    ];

    /// <summary>What to add, where an error is a name that the compiler does not know and a usual namespace has it; else nothing.</summary>
    public static string Hint(Diagnostic error)
    {
        if (error.Id is not ("CS0103" or "CS0246") || error.Location.SourceTree is not { } tree) return "";
        var name = tree.GetText().ToString(error.Location.SourceSpan);
        var found = Usual.FirstOrDefault(one => one.Assembly.GetType($"{one.Namespace}.{name}") is { IsPublic: true }).Namespace;
        return found is null ? "" : $". {name} is in {found}: put 'using {found};' first.";
    }
}
