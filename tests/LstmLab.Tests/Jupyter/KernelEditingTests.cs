using System.Text.Json.Nodes;
using Xunit;

namespace LstmLab.Tests.Jupyter;

/// <summary>What a client learns while a cell is being written, in any language of the notebook. A bar stands for the cursor.</summary>
public class KernelEditingTests(SharedKernel shared) : IClassFixture<SharedKernel>
{
    private readonly KernelClient kernel = shared.Client;

    [Theory]
    [InlineData("var text = \"\";\ntext.PadL|", "PadLeft", "PadL")]
    [InlineData("#!time\nvar 数 = 1;\nvar text = \"😀\"; text.PadL|", "PadLeft", "PadL")]
    [InlineData("#!fsharp\n[ 1 ] |> List.ma|", "map", "ma")]
    [InlineData("var a = 1;\n#!fsharp\n// 😀\nlet b = List.ma| id [ 1 ]", "map", "ma")]
    [InlineData("#!fsharp\nlet a = 1\n#!csharp\nMath.Cbr|", "Cbrt", "Cbr")]
    [InlineData("#!sha|", "#!share", "#!sha")]
    [InlineData("var a = 1;\n#!sha|", "#!share", "#!sha")]
    [InlineData("#!fsharp\n#!sha|", "#!share", "#!sha")]
    [InlineData("#!fsh|", "#!fsharp", "#!fsh")]
    public void Completion_answers_in_the_language_at_the_cursor(string written, string expected, string replaced)
    {
        var (code, cursor) = AtBar(written);
        var reply = kernel.Reply(kernel.Send("complete_request", new JsonObject { ["code"] = code, ["cursor_pos"] = cursor }));
        string?[] matches = [.. reply["matches"]!.AsArray().Select(match => (string?)match)];
        Assert.Contains(expected, matches);
        Assert.Equal((cursor - replaced.Length, cursor), ((int)reply["cursor_start"]!, (int)reply["cursor_end"]!));
    }

    [Fact]
    public void Completion_in_FSharp_knows_earlier_cells_of_both_languages()
    {
        kernel.Run("var sharedOpenness = 0.5;");
        Assert.Equal("ok", (string?)kernel.Run("#!fsharp\n#!share --from csharp sharedOpenness\nlet rememberedShare = sharedOpenness").Reply["status"]);
        Completion_answers_in_the_language_at_the_cursor("#!fsharp\nremembered|", "rememberedShare", "remembered");
        Completion_answers_in_the_language_at_the_cursor("#!fsharp\nsharedO|", "sharedOpenness", "sharedO");
    }

    [Theory]
    [InlineData("/// <summary>Half of it.</summary>\ndouble Halve(double x) => x / 2;", "Hal|ve(3)", "double Halve(double x)", "Half of it.")]
    [InlineData("int kept = 1;", "#!time\nkep|t", "int", "kept")]
    [InlineData("#!fsharp\nlet keep forget old = forget * old + 0.0", "#!fsharp\nkee|p 0.5 2.0", "val keep", "float -> old: float -> float")]
    [InlineData("#!fsharp\nlet unused = 0", "var a = 1;\n#!fsharp\nList.ma|p id [ a ]", "val map: mapping", "Builds a new collection")]
    public void Inspection_answers_in_the_language_at_the_cursor(string before, string written, string signature, string more)
    {
        Assert.Equal("ok", (string?)kernel.Run(before).Reply["status"]);
        var (code, cursor) = AtBar(written);
        var reply = kernel.Reply(kernel.Send("inspect_request", new JsonObject { ["code"] = code, ["cursor_pos"] = cursor, ["detail_level"] = 0 }));
        Assert.True((bool)reply["found"]!);
        var text = (string)reply["data"]!["text/plain"]!;
        Assert.Contains(signature, text, StringComparison.Ordinal);
        Assert.Contains(more, text, StringComparison.Ordinal);
        Assert.DoesNotContain("```", text, StringComparison.Ordinal);
    }

    /// <summary>The code without the bar, and the bar's position in code points.</summary>
    private static (string Code, int Cursor) AtBar(string written)
    {
        var before = written[..written.LastIndexOf('|')];
        return (before + written[(before.Length + 1)..], before.EnumerateRunes().Count());
    }
}
