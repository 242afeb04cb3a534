"""outputs.py STORED RAN: whether two runs of a notebook put out the same. Exit code 0 if so."""
import json
import pathlib
import sys


def of(notebook):
    """The outputs of each code cell as they are stored: text in one piece, without what was for the page alone."""
    return [[content(output) for output in cell["outputs"] if not output.get("metadata", {}).get("lstmlab")] for cell in notebook["cells"] if cell["cell_type"] == "code"]


def content(output):
    return {name: joined(text) for name, text in output.get("data", {output.get("name", "error"): output.get("text", output.get("evalue"))}).items()}


def joined(text):
    return "".join(text) if isinstance(text, list) else text


def differences(stored, ran):
    return [f"code cell {number}: stored {str(a)[:300]}, ran {str(b)[:300]}" for number, (a, b) in enumerate(zip(of(stored), of(ran), strict=True), 1) if a != b]


if __name__ == "__main__":
    found = differences(*(json.loads(pathlib.Path(name).read_text(encoding="utf-8")) for name in sys.argv[1:]))
    print("\n".join(found))
    sys.exit(bool(found))
