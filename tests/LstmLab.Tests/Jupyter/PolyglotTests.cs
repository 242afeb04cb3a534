using System.Text.Json.Nodes;
using LstmLab.Jupyter.Display;
using LstmLab.Jupyter.Notebooks;
using LstmLab.Jupyter.Polyglot;
using Xunit;

namespace LstmLab.Tests.Jupyter;

/// <summary>Cells of several languages, and what .NET Interactive offers to all of them.</summary>
[Collection(nameof(RunsCells))]
public class PolyglotTests
{
    private static readonly Func<string, string?> Names = name => name is "csharp" or "C#" ? "csharp" : name is "html" or "fsharp" ? name : null;

    [Fact]
    public void A_cell_is_divided_at_directives_and_not_at_text_that_looks_like_them()
    {
        const string Code = "var a = \"\"\"\n#!html\n\"\"\";\n/* \n#!time\n*/\n#!time\nvar b = 2;\n#!html\n<p>#!time</p>\n#!C#\na";
        var parts = CellPart.Divide(Code, "csharp", Names);
        Assert.Equal(
            [(1, "csharp", true), (7, "csharp", false), (8, "csharp", true), (9, "html", false), (12, "csharp", true)],
            parts.Select(part => (part.Line, part.Kernel, part.IsCSharp)));
        Assert.Equal("#!html\n<p>#!time</p>", parts[3].Code);
        Assert.Equal("var b = 2;", parts[2].Code.Split('\n')[7]);
        Assert.Equal(Code.Length, CellPart.CSharpOnly(Code, parts).Length);
        Assert.Equal(Code.LastIndexOf('a'), CellPart.CSharpOnly(Code, parts).LastIndexOf('a'));
    }

    [Fact]
    public void A_cell_of_another_language_is_one_part_until_CSharp_is_selected()
    {
        var parts = CellPart.Divide("let x = 1\n#!html\n<b/>\n#!fsharp\nx\n#!html\n<i/>\n#!html\n<u/>\n#!csharp\n1", "fsharp", Names);
        Assert.Equal(
            [("fsharp", "let x = 1", true), ("html", "#!html\n<b/>", false), ("fsharp", "\n\n\n\nx", true), ("html", "#!html\n<i/>\n#!html\n<u/>", false), ("csharp", "\n\n\n\n\n\n\n\n\n\n1", true)],
            parts.Select(part => (part.Kernel, part.Code, part.IsCode)));
    }

    [Fact]
    public async Task Values_go_from_one_language_to_another()
    {
        using var workspace = new Workspace();
        var run = await workspace.RunAsync(
            "#!value --name text\nfrom a value",
            "#!set --name copy --value @value:text\ncopy.Length",
            "var numbers = new double[] { 1, 2.5 };\nclass Hidden { }\nvar hidden = new[] { new { A = 1 } };",
            "#!javascript\n#!set --name numbers --value @csharp:numbers\nconsole.log(numbers);",
            "#!share --from value text --as again\nagain",
            "#!whos");
        Assert.True(run.Result.Succeeded, run.Report);
        Assert.Equal("12", run.Text(2));
        Assert.Contains("numbers = [1,2.5];", NotebookCell.Join(run.Outputs(4)[0]!["data"]!["text/html"]), StringComparison.Ordinal);
        Assert.Contains("console.log(numbers);", NotebookCell.Join(run.Outputs(4)[1]!["data"]!["text/html"]), StringComparison.Ordinal);
        Assert.Equal("from a value", run.Text(5));
        Assert.Contains("numbers", NotebookCell.Join(run.Outputs(6)[0]!["data"]!["text/html"]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_DotNet_Interactive_gives_to_cells_shows_the_same_here()
    {
        using var workspace = new Workspace();
        var run = await workspace.RunAsync(
            "return 5;",
            "\"shown once\".Display()",
            "display(HTML(\"<b>bold</b>\"));",
            "using Microsoft.DotNet.Interactive;\nKernelInvocationContext.Current.DisplayAs(\"# Title\", \"text/markdown\");",
            "var shown = new[] { 1 }.Display();\nshown.Update(new[] { 2 });",
            "#!markdown\n**strong**",
            "#!html\n<i>x</i>",
            "Javascript(\"alert(1)\");",
            "using Microsoft.DotNet.Interactive;\nusing Microsoft.DotNet.Interactive.Commands;\nusing Microsoft.DotNet.Interactive.Events;\n"
            + "var result = await Kernel.Root.SendAsync(new SubmitCode(\"3 + 4\", \"csharp\"));\nresult.Events.OfType<ReturnValueProduced>().Single().Value");
        Assert.True(run.Result.Succeeded, run.Report);
        Assert.Equal("5", run.Text(1));
        Assert.Equal("shown once", NotebookCell.Join(Assert.Single(run.Outputs(2))!["data"]!["text/plain"]));
        Assert.Equal("<b>bold</b>", Html(run.Outputs(3)[0]!));
        Assert.Equal("# Title", NotebookCell.Join(run.Outputs(4)[0]!["data"]!["text/markdown"]));
        Assert.Equal("[ 2 ]", NotebookCell.Join(Assert.Single(run.Outputs(5))!["data"]!["text/plain"]));
        Assert.Equal("**strong**", NotebookCell.Join(run.Outputs(6)[0]!["data"]!["text/markdown"]));
        Assert.Equal("<i>x</i>", Html(run.Outputs(7)[0]!));
        Assert.Contains("alert(1)", Html(run.Outputs(8)[0]!), StringComparison.Ordinal);
        Assert.Equal(2, run.Outputs(9).Count);
        Assert.Equal("7", run.Text(9));
    }

    [Fact]
    public async Task Lines_after_a_directive_within_a_cell_keep_their_numbers()
    {
        using var workspace = new Workspace();
        var run = await workspace.RunAsync("var a = 1;\n#!time\n\nvar b = a;\nthrow new Exception(\"here\");");
        Assert.Contains("in cell 1, line 5", run.Report, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Input_that_nobody_can_give_fails_the_cell_with_one_sentence()
    {
        using var workspace = new Workspace();
        var run = await workspace.RunAsync("await Microsoft.DotNet.Interactive.Kernel.GetInputAsync(\"Your name?\")");
        Assert.Contains("'Your name?' asks for input, but nobody is there to answer", run.Report, StringComparison.Ordinal);
        Assert.Contains("nobody is there to answer", (await workspace.RunAsync("#!set --name x --value @input:\"Your age?\"\nx")).Report, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Text_of_any_thread_and_of_nested_commands_belongs_to_the_cell_and_what_follows_is_CSharp_14()
    {
        using var workspace = new Workspace();
        var run = await workspace.RunAsync(
            "using Microsoft.DotNet.Interactive;\nvar thread = new System.Threading.Thread(() => Console.WriteLine(\"thread\"));\nthread.Start();\nthread.Join();\n"
            + "await Kernel.Root.SendAsync(new Microsoft.DotNet.Interactive.Commands.SubmitCode(\"Console.WriteLine(7);\", \"csharp\"));",
            "#!about");
        Assert.True(run.Result.Succeeded, run.Report);
        Assert.Equal("thread\n7\n", run.Text(1));
        Assert.Contains("C# 14.0", run.Text(2), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_kernel_that_does_not_exist_is_named()
    {
        using var workspace = new Workspace();
        var run = await workspace.RunAsync("#!nonsense\n1");
        Assert.Contains("Line 1: '#!nonsense' is not known;", run.Report, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_extension_in_a_package_adds_directives_and_formatters()
    {
        const string Extension = """
            using System.Threading.Tasks;
            using Microsoft.DotNet.Interactive;
            using Microsoft.DotNet.Interactive.Directives;
            public class Extension : IKernelExtension
            {
                public Task OnLoadAsync(Kernel kernel)
                {
                    kernel.AddDirective(new KernelActionDirective("#!greet"), (command, context) =>
                    {
                        context.DisplayAs("hello", "text/plain");
                        return Task.CompletedTask;
                    });
                    return Task.CompletedTask;
                }
            }
            """;
        using var packages = new FolderOfPackages();
        packages.Pack("Tests.Greeting", "1.0.0", [("interactive-extensions/dotnet/Tests.Greeting.dll", FolderOfPackages.Compile("Tests.Greeting", Extension))]);
        var run = await packages.Workspace.RunAsync("#i \"nuget: source\"\n#r \"nuget: Tests.Greeting, 1.0.0\"", "#!greet");
        Assert.True(run.Result.Succeeded, run.Report);
        Assert.Equal("hello", run.Text(2));
    }

    [Fact]
    public void Random_ids_become_ids_that_depend_on_the_text_alone()
    {
        static string Page(Guid one, Guid two) => $"<p id=\"{one}\"></p><p id=\"{two}\"></p><script>draw_{one:N}('{one}', '{two}')</script>";
        var stable = StableIds.In(Page(Guid.NewGuid(), Guid.NewGuid()));
        Assert.Equal(stable, StableIds.In(Page(Guid.NewGuid(), Guid.NewGuid())));
        Assert.Matches("<p id=\"(id[0-9a-f]{12})\"></p><p id=\"(id[0-9a-f]{12})\"></p><script>draw_\\1\\('\\1', '\\2'\\)</script>", stable);
        Assert.NotEqual(stable, StableIds.In(Page(Guid.NewGuid(), Guid.NewGuid()) + "<p>another</p>"));
        Assert.Equal("<p>no id</p>", StableIds.In("<p>no id</p>"));
    }

    private static string? Html(JsonNode output) => NotebookCell.Join(output["data"]!["text/html"]);
}
