"""Runs notebooks of C# cells on the genuine .NET Interactive, whose kernel .net-csharp is installed, and compares what it stores with what is stored.

    genuine_tool.py list FOLDER           the notebooks of the folder whose cells are all in C#
    genuine_tool.py run NOTEBOOK OUTPUT   executes it, writes the result to the folder OUTPUT; exit code 0 if all is as it should be"""
import fcntl
import json
import pathlib
import sys
import tempfile

import nbclient
import nbformat

import outputs


def languages(notebook):
    return [kernel["name"] for kernel in notebook["metadata"]["polyglot_notebook"]["kernelInfo"]["items"]]


def list_notebooks(folder):
    for path in sorted(pathlib.Path(folder).glob("*.ipynb")):
        if languages(json.loads(path.read_text(encoding="utf-8"))) == ["csharp"]:
            print(path)


def pictures(cell):
    """What each figure of a cell holds for a reader: its picture and its text."""
    return [{name: output.get(name) for name in ("image/svg+xml", "text/plain")} for output in cell if "image/svg+xml" in output]


def printed(cell):
    """What a cell has printed, in one piece: hosts cut it differently. The other stream gets that host's compiler warnings."""
    return "".join(output.get("stdout", "") for output in cell)


def start(client):
    """Starts the kernel of a client, one at a time: two kernels that start together would choose the same port."""
    client.create_kernel_manager()
    with open(pathlib.Path(tempfile.gettempdir()) / "genuine_tool.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        client.start_new_kernel()
        client.start_new_kernel_client()


def run(path, folder):
    path = pathlib.Path(path)
    notebook = nbformat.read(path, as_version=4)
    stored = outputs.of(notebook)
    client = nbclient.NotebookClient(notebook, kernel_name=".net-csharp", timeout=600, resources={"metadata": {"path": str(path.parent)}})
    start(client)
    client.execute()
    result = pathlib.Path(folder) / path.name
    result.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, result)
    ran = outputs.of(notebook)
    differences = [
        f"code cell {number}: stored {str(a)[:300]}, ran {str(b)[:300]}"
        for what in (pictures, printed) for number, (a, b) in enumerate(zip(map(what, stored), map(what, ran), strict=True), 1) if a != b]
    print(f"{path.name}: {sum(len(pictures(cell)) for cell in ran)} of {sum(len(pictures(cell)) for cell in stored)} figures with their picture")
    print("\n".join(differences))
    return bool(differences)


if __name__ == "__main__":
    kind, *arguments = sys.argv[1:]
    sys.exit(list_notebooks(*arguments) if kind == "list" else run(*arguments))
