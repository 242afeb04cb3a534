using System.Reflection;
using System.Runtime.Loader;
using LstmLab.Charts;
using LstmLab.Charts.Display;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.DotNet.Interactive.Formatting;
using Xunit;

namespace LstmLab.Tests.Charts;

public class HostTests
{
    // What the two hosts offer, as far as NotebookHost calls it: each records what it was asked to show.
    private const string OwnKernel = """
        namespace LstmLab.Jupyter;
        public class Handle { public void Update(object value) => NotebookOutput.Log.Add("update " + value); }
        public static class NotebookOutput
        {
            public static readonly System.Collections.Generic.List<string> Log = new();
            public static Handle Display(object value, bool transient = false) { Log.Add("show " + value + " " + transient); return new Handle(); }
        }
        """;

    private const string Interactive = """
        namespace Microsoft.DotNet.Interactive;
        public class DisplayedValue { public void Update(object value) => KernelInvocationContext.Log.Add("update " + value); }
        public class KernelInvocationContext
        {
            public static readonly System.Collections.Generic.List<string> Log = new();
            public static KernelInvocationContext Current { get; set; } = new();
        }
        public static class KernelInvocationContextExtensions
        {
            public static DisplayedValue Display(this KernelInvocationContext context, object value, params string[] mimeTypes)
            {
                KernelInvocationContext.Log.Add("show " + value + " " + mimeTypes.Length);
                return new DisplayedValue();
            }
        }
        """;

    [Fact]
    public void Dotnet_interactive_stores_picture_and_text_beside_the_html()
    {
        var table = Table.Of("Claims", ["claim"], ["A1"]);

        Assert.All(Samples.All(), figure =>
        {
            Assert.Equal(["text/html", "image/svg+xml", "text/plain"], Formatter.GetPreferredMimeTypesFor(figure.GetType()));
            Assert.Equal(figure.ToHtml(), figure.ToDisplayString("text/html"));
            Assert.Equal(figure.ToSvg(), figure.ToDisplayString("image/svg+xml"));
            Assert.Equal(figure.ToString(), figure.ToDisplayString("text/plain"));
        });
        Assert.Equal(["text/html", "text/plain"], Formatter.GetPreferredMimeTypesFor(typeof(Table)));
        Assert.Equal(table.ToHtml(), table.ToDisplayString("text/html"));
        Assert.Equal(table.ToString(), table.ToDisplayString("text/plain"));
        Assert.Equal(new PlotlyLibrary().ToHtml(), new PlotlyLibrary().ToDisplayString("text/html"));
    }

    [Fact]
    public void The_projects_own_kernel_comes_first()
    {
        var own = Compiled("LstmLab.Jupyter", OwnKernel);
        var update = NotebookHost.Find([Compiled("Microsoft.DotNet.Interactive", Interactive), own])!("a", true)!;
        update("b");

        Assert.Equal(["show a True", "update b"], Log(own, "LstmLab.Jupyter.NotebookOutput"));
    }

    [Fact]
    public void Dotnet_interactive_is_called_through_its_running_cell()
    {
        var interactive = Compiled("Microsoft.DotNet.Interactive", Interactive);
        NotebookHost.Find([interactive])!("a", false)!("b");

        Assert.Equal(["show a 0", "update b"], Log(interactive, "Microsoft.DotNet.Interactive.KernelInvocationContext"));
    }

    [Fact]
    public void Without_a_host_there_is_none() => Assert.Null(NotebookHost.Find([typeof(HostTests).Assembly]));

    [Fact]
    public void Fsharp_is_loaded_once()
    {
        _ = Samples.Lines().ToPlotlyJson();

        Assert.Single(AppDomain.CurrentDomain.GetAssemblies(), a => a.GetName().Name == "FSharp.Core");
    }

    [Fact]
    public void Fsharp_of_a_later_version_than_the_hosts_is_answered_by_the_hosts()
    {
        _ = Samples.Lines().ToPlotlyJson();
        var later = new AssemblyName("FSharp.Core, Version=99.0.0.0, Culture=neutral, PublicKeyToken=b03f5f7f11d50a3a");

        Assert.Same(Assembly.Load("FSharp.Core"), AssemblyLoadContext.Default.LoadFromAssemblyName(later));
    }

    [Fact]
    public void The_public_api_names_no_foreign_type_but_the_chart_of_Plotly()
    {
        var members = typeof(Figure).Assembly.GetExportedTypes()
            .SelectMany(t => t.GetMembers(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly));
        var named = members.SelectMany(m => m switch
        {
            MethodBase method =>
                method.GetParameters().Select(p => p.ParameterType).Append((method as MethodInfo)?.ReturnType ?? typeof(void)),
            PropertyInfo property => [property.PropertyType],
            FieldInfo field => [field.FieldType],
            _ => Enumerable.Empty<Type>(),
        }).SelectMany(Parts).Where(t => t != typeof(Plotly.NET.GenericChart)).Select(t => t.Assembly.GetName().Name!).Distinct();

        Assert.All(named, name =>
            Assert.True(name.StartsWith("System.", StringComparison.Ordinal) || name.StartsWith("LstmLab", StringComparison.Ordinal),
            name));
    }

    private static IEnumerable<Type> Parts(Type type) =>
        type.HasElementType ? Parts(type.GetElementType()!) : type.GetGenericArguments().SelectMany(Parts).Append(type);

    private static IEnumerable<string> Log(Assembly assembly, string type) =>
        (IEnumerable<string>)assembly.GetType(type)!.GetField("Log")!.GetValue(null)!;

    private static Assembly Compiled(string name, string source)
    {
        string[] needed = ["System.Private.CoreLib", "System.Runtime", "System.Collections"];
        var references = needed.Select(n => MetadataReference.CreateFromFile(Assembly.Load(n).Location));
        using var stream = new MemoryStream();
        var result = CSharpCompilation.Create(
            name, [CSharpSyntaxTree.ParseText(source)], references, new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary))
            .Emit(stream);
        Assert.True(result.Success, string.Join('\n', result.Diagnostics));
        stream.Position = 0;
        return new AssemblyLoadContext(name, isCollectible: true).LoadFromStream(stream);
    }
}
