"""Jupyter's conformance suite for kernels, with every test that a kernel without a pager can take, and what a client's user sees beyond it."""
import os
import tempfile
import unittest

import jupyter_kernel_test
import nbclient
import nbformat
from jupyter_client.manager import start_new_kernel

KERNEL = os.environ.get("LSTMLAB_KERNEL", "lstmlab")


class Conformance(jupyter_kernel_test.KernelTests):
    kernel_name = KERNEL
    language_name = "C#"
    file_extension = ".cs"
    code_hello_world = 'Console.WriteLine("hello, world");'
    code_stderr = 'Console.Error.WriteLine("oops");'
    completion_samples = [{"text": "Console.WriteLi", "matches": {"WriteLine"}}, {"text": "Math.Sqr", "matches": {"Sqrt"}}]
    complete_code_samples = ["1", "var a = 1;", "int F(int x)\n{\n    return x;\n}", "// words"]
    incomplete_code_samples = ["int F(int x)\n{", "for (int i = 0; i < 3; i++)", 'Console.WriteLine("a"', "/* words"]
    invalid_code_samples = ["int class;", "1 1", ")"]
    code_generate_error = 'throw new InvalidOperationException("no");'
    code_execute_result = [{"code": "6 * 7", "result": "42"}, {"code": "\"a\" + \"b\"", "result": "ab"}, {"code": "new[] { 1, 2 }", "result": "[ 1, 2 ]"}]
    code_display_data = [{"code": 'display("shown");', "mime": "text/plain"}, {"code": "display(new[] { new { A = 1 } });", "mime": "text/html"}]
    code_history_pattern = "6 ?*7*"
    supported_history_operations = ("tail", "range", "search")
    code_inspect_sample = "Console.WriteLine"
    code_clear_output = "clear_output();"

    # A pager belongs to consoles; this kernel has none.
    test_pager = None


class Client(unittest.TestCase):
    """Each test is named after what a user gains."""

    def setUp(self):
        self.manager, self.client = start_new_kernel(kernel_name=KERNEL)
        self.addCleanup(self.end)

    def end(self):
        self.client.stop_channels()
        self.manager.shutdown_kernel()

    def run_cell(self, code, **options):
        outputs = []
        reply = self.client.execute_interactive(code, output_hook=outputs.append, timeout=60, **options)
        return reply["content"], [message for message in outputs if message["msg_type"] not in ("status", "execute_input")]

    def test_stop_button_ends_an_endless_loop_and_keeps_all_variables(self):
        self.run_cell("var kept = 41;")
        message = self.client.execute('Console.WriteLine("runs"); kept = 42; while (true) { }')
        while self.client.get_iopub_msg(timeout=60)["msg_type"] != "stream":
            pass
        self.manager.interrupt_kernel()
        reply = self.client.get_shell_msg(timeout=60)
        self.assertEqual((reply["parent_header"]["msg_id"], reply["content"]["ename"]), (message, "KernelInterruptedException"))
        self.assertEqual(self.run_cell("kept")[1][0]["content"]["data"]["text/plain"], "42")

    def test_a_question_of_a_cell_reaches_the_user(self):
        answered = self.run_cell("Console.ReadLine()", allow_stdin=True, stdin_hook=lambda _: self.client.input("Ada"))
        self.assertEqual(answered[1][0]["content"]["data"]["text/plain"], "Ada")

    def test_restart_gives_an_empty_kernel(self):
        self.run_cell("var before = 1;")
        self.manager.restart_kernel()
        self.client.wait_for_ready(timeout=60)
        self.assertEqual(self.run_cell("before")[0]["ename"], "CompilationError")

    def test_a_cell_that_overflows_the_stack_is_reported_as_a_dead_kernel(self):
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("int F(int n) => F(n + 1) + 1;\nF(0)")])
        with tempfile.TemporaryDirectory() as folder, self.assertRaises(nbclient.exceptions.DeadKernelError):
            nbclient.NotebookClient(notebook, kernel_name=KERNEL, resources={"metadata": {"path": folder}}).execute()


if __name__ == "__main__":
    unittest.main()
