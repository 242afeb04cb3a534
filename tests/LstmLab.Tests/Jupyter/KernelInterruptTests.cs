using LstmLab.Jupyter.Execution;
using Microsoft.CodeAnalysis.CSharp;
using Xunit;

namespace LstmLab.Tests.Jupyter;

/// <summary>The stop button.</summary>
public class KernelInterruptTests(SharedKernel shared) : IClassFixture<SharedKernel>
{
    private readonly KernelClient kernel = shared.Client;

    [Theory]
    [InlineData("while (true) count++;")]
    [InlineData("do { } while (true);")]
    [InlineData("again: goto again;")]
    [InlineData("while (true) try { while (true) ; } catch (Exception) { }")]
    [InlineData("int F(int n) => n < 2 ? 1 : F(n - 1) + F(n - 2);\nF(99)")]
    [InlineData("Enumerable.Range(0, int.MaxValue).Sum(x => (long)x % 3) + Enumerable.Range(0, int.MaxValue).Sum(x => (long)x % 5)")]
    [InlineData("IEnumerable<int> Endless() { while (true) yield return 1; }\nEndless().Count()")]
    [InlineData("System.Threading.Thread.Sleep(-1);")]
    [InlineData("await Task.Delay(-1);")]
    [InlineData("while (true) await Task.Yield();")]
    [InlineData("new TaskCompletionSource().Task.Wait();")]
    [InlineData("await Task.Run(() => { while (true) ; });")]
    [InlineData("Parallel.For(0, long.MaxValue, i => count++);")]
    [InlineData("lock (typeof(string)) await_forever(); void await_forever() => System.Threading.Monitor.Wait(typeof(string));")]
    [InlineData("while (true) Console.Write('.');")]
    public void An_interrupt_ends_the_cell_and_keeps_the_state(string endless)
    {
        kernel.Run("var count = 0L;");
        var id = kernel.SendCell("Console.WriteLine(\"runs\"); count = 7;\n" + endless);
        kernel.WaitForText(id, "runs");
        Assert.Equal("ok", (string?)kernel.Reply(kernel.Send("interrupt_request", to: kernel.Control), kernel.Control)["status"]);
        var reply = kernel.Reply(id);
        Assert.Equal(("error", "KernelInterruptedException"), ((string?)reply["status"], (string?)reply["ename"]));
        Assert.Equal("True", kernel.Value("count >= 7"));
    }

    [Fact]
    public void Ctrl_C_in_the_clients_terminal_interrupts_the_cell_and_a_termination_ends_the_kernel()
    {
        using var own = new KernelClient();
        var id = own.SendCell("var kept = 3; Console.WriteLine(\"runs\"); while (true) ;");
        own.WaitForText(id, "runs");
        own.Signal("INT");
        Assert.Equal("KernelInterruptedException", (string?)own.Reply(id)["ename"]);
        Assert.Equal("3", own.Value("kept"));
        own.Signal("TERM");
        Assert.True(own.Exits());
    }

    [Fact]
    public void A_training_that_reports_nothing_is_stopped_between_two_batches_and_the_model_is_kept()
    {
        kernel.Run($"""
            #r "{typeof(LstmLab.Model<float>).Assembly.Location}"
            #r "{typeof(System.Numerics.Tensors.Tensor).Assembly.Location}"
            using LstmLab; using System.Numerics.Tensors;
            var model = new Model<float>(new Lstm<float>(1, 4), new Dense<float>(4, 1));
            var (x, y) = (Tensor.Create(new float[12], [3, 4, 1]), Tensor.Create(new float[12], [3, 4, 1]));
            """);
        var id = kernel.SendCell("Console.WriteLine(\"runs\"); model.Train(x, y, new MeanSquaredError(), new Adam(0.01), epochs: int.MaxValue);");
        kernel.WaitForText(id, "runs");
        Assert.Equal("ok", (string?)kernel.Reply(kernel.Send("interrupt_request", to: kernel.Control), kernel.Control)["status"]);
        Assert.Equal("KernelInterruptedException", (string?)kernel.Reply(id)["ename"]);
        Assert.Equal("True", kernel.Value("model.Train(x, y, new MeanSquaredError(), new Adam(0.01), epochs: 1).Epochs.Count == 1"));
    }

    [Fact]
    public void An_interrupt_between_cells_stops_nothing()
    {
        Assert.Equal("ok", (string?)kernel.Reply(kernel.Send("interrupt_request", to: kernel.Control), kernel.Control)["status"]);
        Assert.Equal("3", kernel.Value("var sum = 0; for (var i = 0; i < 3; i++) sum++;\nsum"));
    }

    [Fact]
    public void Where_an_interrupt_cannot_help_it_says_so_and_the_kernel_stays_reachable()
    {
        using var own = new KernelClient();
        var id = own.SendCell("Console.WriteLine(\"runs\"); System.Text.RegularExpressions.Regex.IsMatch(new string('a', 60) + \"!\", \"^(a+)+$\")");
        own.WaitForText(id, "runs");
        var reply = own.Reply(own.Send("interrupt_request", to: own.Control), own.Control);
        Assert.Equal(("error", "StillRunning"), ((string?)reply["status"], (string?)reply["ename"]));
        own.WaitForText(id, "restart the kernel");
        Assert.True(own.Beats());
        Assert.Equal("ok", (string?)own.Reply(own.Send("shutdown_request", to: own.Control), own.Control)["status"]);
        Assert.True(own.Exits());
    }

    [Theory]
    [InlineData("var s = 0; for (int i = 0; i < 3; i++) if (i != 1) s += i; else s -= 1; // end\ns", "1")]
    [InlineData("var s = 0; foreach (var (a, b) in new[] { (1, 2) }) for (var i = a; i <= b; i++) s += i;\ns", "3")]
    [InlineData("int Twice(int x) => Math.Abs(x) * 2; // twice\nvoid Nothing() => GC.KeepAlive(1); Nothing();\nTwice(-2)", "4")]
    [InlineData("System.Linq.Expressions.Expression<Func<int, bool>> tree = x => x > Math.Abs(3);\ntree.ToString()", "x => (x > Abs(3))")]
    [InlineData("Func<int, Func<int, int>> add = x => y => x + y;\nadd(1)(2)", "3")]
    [InlineData("Action<int> none = x => GC.KeepAlive(x); Func<byte> one = () => 1; Func<string> nul = () => null; none(one());\nnul() ?? \"null\"", "null")]
    [InlineData("Func<Task> wait = async () => await Task.Yield(); Func<Task<int>> three = async () => await Task.FromResult(3); await wait();\nawait three()", "3")]
    [InlineData("$\"{new[] { 1, 2 }.Select(x => x + 1).Sum():00}\"", "05")]
    [InlineData("class Counter { public int N; public int Up() => Math.Max(++N, 0); public Counter() { while (N < 2) N++; } }\nnew Counter().Up()", "3")]
    [InlineData("int n = 0; again: n++; if (n < 3) goto again;\nn", "3")]
    [InlineData("(from x in new[] { 1, 2 } let y = x * x where y > 1 select y).Single()", "4")]
    public void The_checks_change_no_result(string code, string expected)
    {
        Assert.Equal(expected, kernel.Value(code));
    }

    [Fact]
    public void The_checks_leave_every_line_its_number()
    {
        const string Code = "int F(int x) =>\n    Math.Abs(x);\nwhile (true)\n    // why\n    F(1);\nvar f = () =>\n  1;";
        var options = new CSharpParseOptions(LanguageVersion.Latest, kind: Microsoft.CodeAnalysis.SourceCodeKind.Script);
        var lines = InterruptChecks.Add(CSharpSyntaxTree.ParseText(Code, options), bind: null).Split('\n');
        Assert.Equal(
            ["int F(int x) {global::LstmLab.Jupyter.CellInterrupt.Check();return", "    Math.Abs(x);}", "while (true)", "    // why", "    {global::LstmLab.Jupyter.CellInterrupt.Check();F(1);}", "var f = () =>", "  1;"],
            lines);
    }
}
