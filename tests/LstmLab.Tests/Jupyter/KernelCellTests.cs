using System.Text.Json.Nodes;
using LstmLab.Jupyter.Protocol;
using NetMQ;
using Xunit;

namespace LstmLab.Tests.Jupyter;

public sealed class SharedKernel : IDisposable
{
    internal KernelClient Client { get; } = new();

    public void Dispose() => Client.Dispose();
}

/// <summary>Cells as a client runs them.</summary>
public class KernelCellTests(SharedKernel shared) : IClassFixture<SharedKernel>
{
    private readonly KernelClient kernel = shared.Client;

    [Fact]
    public void A_cell_is_answered_between_busy_and_idle()
    {
        var (reply, outputs) = kernel.Run("6 * 7");
        Assert.Equal("ok", (string?)reply["status"]);
        Assert.Equal(["status", "execute_input", "execute_result", "status"], outputs.Select(output => output.Type));
        Assert.Equal(("busy", "idle"), ((string?)outputs[0].Content["execution_state"], (string?)outputs[^1].Content["execution_state"]));
        Assert.Equal("42", (string?)outputs[2].Content["data"]!["text/plain"]);
        Assert.Equal((int)reply["execution_count"]!, (int)outputs[2].Content["execution_count"]!);
    }

    [Fact]
    public void Text_of_other_threads_arrives_while_the_cell_runs()
    {
        using var workspace = new Workspace();
        var release = Path.Combine(workspace.Folder, "release");
        var id = kernel.SendCell($"await Task.Run(() => {{ Console.Write(\"out\"); Console.Error.Write(\"err\"); }}); while (!System.IO.File.Exists(@\"{release}\")) await Task.Delay(5); Console.Write(\"end\");");
        Assert.Equal("outerr", kernel.WaitForText(id, "err"));
        File.WriteAllText(release, "");
        Assert.Equal("end", kernel.WaitForText(id, "end"));
        Assert.Equal("ok", (string?)kernel.Reply(id)["status"]);
    }

    [Fact]
    public void A_display_is_updated_by_its_id_and_outputs_are_cleared()
    {
        var outputs = kernel.Run("var shown = display(1); shown.Update(2); clear_output(wait: true);").Outputs.Where(output => output.Type is not ("status" or "execute_input")).ToArray();
        Assert.Equal(["display_data", "update_display_data", "clear_output"], outputs.Select(output => output.Type));
        Assert.Equal((string?)outputs[0].Content["transient"]!["display_id"], (string?)outputs[1].Content["transient"]!["display_id"]);
        Assert.True(outputs[2].Flag("wait", false));
    }

    [Fact]
    public void An_error_names_exception_message_and_line()
    {
        var (reply, outputs) = kernel.Run("int zero = 0;\nvar x = 1 / zero;");
        Assert.Equal(("error", "System.DivideByZeroException", "Attempted to divide by zero."), ((string?)reply["status"], (string?)reply["ename"], (string?)reply["evalue"]));
        Assert.EndsWith(", line 2", (string?)reply["traceback"]!.AsArray()[^1], StringComparison.Ordinal);
        Assert.Equal(reply["traceback"]!.ToJsonString(), outputs.Single(output => output.Type == "error").Content["traceback"]!.ToJsonString());
    }

    [Fact]
    public void A_silent_cell_runs_without_a_trace()
    {
        var count = (int)kernel.Run("var before = 1;").Reply["execution_count"]!;
        var id = kernel.SendCell("Console.Write(1); before = 2; before", silent: true);
        Assert.Equal("ok", (string?)kernel.Reply(id)["status"]);
        Assert.All(kernel.Outputs(id), output => Assert.Equal("status", output.Type));
        id = kernel.SendCell("before", storeHistory: false);
        Assert.Equal(count, (int)kernel.Reply(id)["execution_count"]!);
        Assert.Equal("2", (string?)kernel.Outputs(id).Single(output => output.Type == "execute_result").Content["data"]!["text/plain"]);
        Assert.Equal(count + 1, (int)kernel.Run("before").Reply["execution_count"]!);
    }

    [Fact]
    public void An_error_aborts_the_cells_behind_it_unless_asked_otherwise()
    {
        const string Failing = "System.Threading.Thread.Sleep(1000); throw new Exception(\"stop\");";
        string[] ids = [kernel.SendCell(Failing), kernel.SendCell("1"), kernel.SendCell("2")];
        Assert.Equal(["error", "aborted", "aborted"], ids.Select(id => (string?)kernel.Reply(id)["status"]));
        Assert.Equal("3", kernel.Value("3"));
        ids = [kernel.SendCell(Failing, stopOnError: false), kernel.SendCell("1")];
        Assert.Equal(["error", "ok"], ids.Select(id => (string?)kernel.Reply(id)["status"]));
    }

    [Fact]
    public void A_cell_asks_its_user_only_where_the_client_can()
    {
        var id = kernel.SendCell("Console.Write(\"Name? \"); var name = Console.ReadLine(); name + (char)Console.Read()", allowStdin: true);
        Answer("Ada");
        Answer("!");
        var outputs = kernel.Outputs(id);
        Assert.Equal("Ada!", (string?)outputs.Single(output => output.Type == "execute_result").Content["data"]!["text/plain"]);
        Assert.Equal("null", kernel.Value("Console.ReadLine()"));

        void Answer(string text)
        {
            var question = kernel.Receive(kernel.Stdin);
            Assert.Equal("input_request", question.Type);
            kernel.Stdin.SendMultipartMessage(kernel.Codec.Encode(Message.Answer(question, [], "input_reply", new JsonObject { ["value"] = text })));
        }
    }

    [Fact]
    public void Expressions_of_the_client_are_evaluated_after_the_cell()
    {
        var id = kernel.SendCell("var seen = 20;", expressions: new JsonObject { ["twice"] = "seen * 2", ["wrong"] = "unseen" });
        var values = kernel.Reply(id)["user_expressions"]!;
        Assert.Equal("40", (string?)values["twice"]!["data"]!["text/plain"]);
        Assert.Equal(("error", "CompilationError"), ((string?)values["wrong"]!["status"], (string?)values["wrong"]!["ename"]));
    }

    [Fact]
    public void A_thread_that_fails_does_not_take_the_kernel_with_it()
    {
        var id = kernel.SendCell("var kept = 5; var failing = new System.Threading.Thread(() => throw new Exception(\"lost\")); failing.Start(); failing.Join(); System.Threading.Thread.Sleep(200);");
        Assert.Contains("System.Exception: lost", kernel.WaitForText(id, "lost"), StringComparison.Ordinal);
        Assert.Equal("5", kernel.Value("kept"));
    }
}
