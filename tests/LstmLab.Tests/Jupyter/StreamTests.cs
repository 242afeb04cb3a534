using Xunit;

namespace LstmLab.Tests.Jupyter;

[Collection(nameof(RunsCells))]
public class StreamTests
{
    [Fact]
    public async Task Consecutive_text_of_one_stream_is_one_output()
    {
        using var workspace = new Workspace();
        var run = await workspace.RunAsync("Console.Write(\"a\"); Console.WriteLine('b'); Console.Error.WriteLine(\"e\"); Console.WriteLine($\"{1}c\"); display(1);");
        Assert.Equal(["stdout", "stderr", "stdout", null], run.Outputs(1).Select(output => (string?)output!["name"]));
        Assert.Equal(["ab\n"], run.Outputs(1)[0]!["text"]!.AsArray().Select(line => (string?)line));
    }

    [Fact]
    public async Task Text_of_other_threads_belongs_to_the_cell()
    {
        using var workspace = new Workspace();
        var run = await workspace.RunAsync("var thread = new Thread(() => Console.WriteLine(\"there\")); thread.Start(); thread.Join();".Insert(0, "using System.Threading;\n"));
        Assert.Equal("there\n", run.Text(1));
    }

    [Fact]
    public async Task A_carriage_return_overwrites_the_line()
    {
        using var workspace = new Workspace();
        var run = await workspace.RunAsync("""Console.Write("10 %\r20 %\r"); Console.Write("30\r\n"); Console.WriteLine("end");""");
        Assert.Equal("30 %\nend\n", run.Text(1));
    }

    [Fact]
    public async Task Reading_the_console_finds_its_end()
    {
        using var workspace = new Workspace();
        Assert.Equal("null", (await workspace.RunAsync("Console.ReadLine()")).Text(1));
    }
}
