using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using LstmLab.Jupyter.Protocol;
using NetMQ;
using Xunit;

namespace LstmLab.Tests.Jupyter;

/// <summary>The protocol beside cells: what is refused, what an editor asks, how a kernel ends.</summary>
public class KernelProtocolTests(SharedKernel shared) : IClassFixture<SharedKernel>
{
    private readonly KernelClient kernel = shared.Client;

    [Fact]
    public void The_signature_is_the_HMAC_of_the_four_parts()
    {
        var frames = new MessageCodec("key").Encode(new Message([], new JsonObject { ["a"] = 1 }, [], [], []));
        Assert.Equal("<IDS|MSG>", frames[0].ConvertToString());
        Assert.Equal(["{\"a\":1}", "{}", "{}", "{}"], frames.Skip(2).Select(frame => frame.ConvertToString()));
        Assert.Equal(Convert.ToHexStringLower(System.Security.Cryptography.HMACSHA256.HashData("key"u8.ToArray(), "{\"a\":1}{}{}{}"u8.ToArray())), frames[1].ConvertToString());
    }

    [Fact]
    public void A_request_with_a_wrong_signature_or_none_is_refused()
    {
        kernel.Run("var safe = 1;");
        foreach (var codec in new[] { new MessageCodec("another key"), new MessageCodec("") })
        {
            kernel.Send("execute_request", new JsonObject { ["code"] = "safe = 2;" }, codec: codec);
        }

        Assert.Equal("1", kernel.Value("safe"));
        lock (kernel.Log) Assert.Contains("lstmlab: Refused a message with a wrong signature.", kernel.Log);
    }

    [Fact]
    public void Garbage_is_survived()
    {
        var random = new Random(1);
        byte[][] parts = [[], "<IDS|MSG>"u8.ToArray(), "{}"u8.ToArray(), "[1"u8.ToArray(), "{\"a\":1,\"a\":2}"u8.ToArray(), [0, 255, 7], Encoding.ASCII.GetBytes(new string('f', 64))];
        for (var i = 0; i < 300; i++)
        {
            var frames = Enumerable.Range(0, random.Next(1, 9)).Select(_ => parts[random.Next(parts.Length)]);
            (i % 2 == 0 ? kernel.Shell : kernel.Control).SendMultipartMessage(new NetMQMessage(frames));
        }

        // Signed, but no request of the protocol.
        foreach (var content in new JsonObject[] { [], new() { ["code"] = 1 }, new() { ["code"] = null, ["silent"] = "yes" } })
        {
            foreach (var type in new[] { "execute_request", "complete_request", "inspect_request", "is_complete_request", "history_request", "input_reply", "", "unknown" })
            {
                kernel.Send(type, content.DeepClone().AsObject());
            }
        }

        Assert.Equal("2", kernel.Value("1 + 1"));
        Assert.Equal("ok", (string?)kernel.Reply(kernel.Send("kernel_info_request", to: kernel.Control), kernel.Control)["status"]);
    }

    [Fact]
    public void The_kernel_says_what_it_is()
    {
        var info = kernel.Reply(kernel.Send("kernel_info_request"));
        Assert.Equal(("5.4", "lstmlab", "C#", ".cs"), ((string?)info["protocol_version"], (string?)info["implementation"], (string?)info["language_info"]!["name"], (string?)info["language_info"]!["file_extension"]));
        Assert.Empty(kernel.Reply(kernel.Send("comm_info_request"))["comms"]!.AsObject());
    }

    [Fact]
    public void Completion_knows_earlier_cells_and_counts_code_points()
    {
        kernel.Run("record Gate(double Openness); var gate = new Gate(1);");
        var code = "var s = \"😀\"; gate.Open";
        var reply = kernel.Reply(kernel.Send("complete_request", new JsonObject { ["code"] = code, ["cursor_pos"] = code.Length - 1 }));
        Assert.Equal(["Openness"], reply["matches"]!.AsArray().Select(match => (string?)match));
        Assert.Equal((code.Length - 5, code.Length - 1), ((int)reply["cursor_start"]!, (int)reply["cursor_end"]!));
        Assert.Equal("property", (string?)reply["metadata"]!["_jupyter_types_experimental"]![0]!["type"]);
    }

    [Fact]
    public void Inspection_shows_declaration_and_documentation()
    {
        kernel.Run("/// <summary>Half of it.</summary>\ndouble Halve(double x) => x / 2;");
        var reply = kernel.Reply(kernel.Send("inspect_request", new JsonObject { ["code"] = "Halve(", ["cursor_pos"] = 6, ["detail_level"] = 0 }));
        var text = (string)reply["data"]!["text/plain"]!;
        Assert.Contains("double Halve(double x)", text, StringComparison.Ordinal);
        Assert.Contains("Half of it.", text, StringComparison.Ordinal);
        Assert.False((bool)kernel.Reply(kernel.Send("inspect_request", new JsonObject { ["code"] = "  ", ["cursor_pos"] = 1 }))["found"]!);
    }

    [Theory]
    [InlineData("1 + 1", "complete", null)]
    [InlineData("int F()\n{", "incomplete", "    ")]
    [InlineData("  var a =", "incomplete", "  ")]
    [InlineData("1 1", "invalid", null)]
    public void A_console_learns_whether_code_is_complete(string code, string status, string? indent)
    {
        var reply = kernel.Reply(kernel.Send("is_complete_request", new JsonObject { ["code"] = code }));
        Assert.Equal((status, indent), ((string?)reply["status"], (string?)reply["indent"]));
    }

    [Fact]
    public void History_holds_cells_and_their_values()
    {
        var number = (int)kernel.Run("\"unusual\"").Reply["execution_count"]!;
        var reply = kernel.Reply(kernel.Send("history_request", new JsonObject { ["hist_access_type"] = "search", ["pattern"] = "*unus?al*", ["output"] = true }));
        Assert.Equal($"[[0,{number},[\"\\u0022unusual\\u0022\",\"unusual\"]]]", reply["history"]!.ToJsonString());
    }

    [Fact]
    public void Two_kernels_have_a_state_of_their_own()
    {
        using var other = new KernelClient();
        kernel.Run("var mine = 1;");
        other.Run("var mine = 2;");
        Assert.Equal(("1", "2"), (kernel.Value("mine"), other.Value("mine")));
    }

    [Fact]
    public void A_kernel_ends_when_asked_and_when_its_clients_process_has_ended()
    {
        using var asked = new KernelClient();
        asked.Run("new System.Threading.Thread(() => System.Threading.Thread.Sleep(-1)).Start();");
        var reply = asked.Reply(asked.Send("shutdown_request", new JsonObject { ["restart"] = true }, asked.Control), asked.Control);
        Assert.True((bool)reply["restart"]!);
        Assert.True(asked.Exits());

        using var parent = Process.Start("sleep", "infinity");
        using var orphan = new KernelClient(parent: parent.Id);
        Assert.Equal("1", orphan.Value("1"));
        parent.Kill();
        Assert.True(orphan.Exits());
    }

    [Fact]
    public void Cells_leave_little_memory_behind()
    {
        using var own = new KernelClient();
        var before = Megabytes();
        for (var i = 0; i < 150; i++) own.Run($"var v{i} = {i}; v{i}");
        Assert.InRange(Megabytes() - before, 0, 40);

        long Megabytes() => long.Parse(own.Value("GC.GetTotalMemory(true) >> 20")!);
    }

    [Fact]
    public void Fifty_megabytes_of_text_arrive_whole()
    {
        var id = kernel.SendCell("var line = new string('x', 999); for (var i = 0; i < 50_000; i++) Console.WriteLine(line);");
        Assert.Equal(50_000_000, kernel.Outputs(id).Sum(output => output.Text("text")?.Length ?? 0));
        Assert.Equal("ok", (string?)kernel.Reply(id)["status"]);
    }
}
