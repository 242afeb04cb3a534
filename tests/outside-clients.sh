#!/usr/bin/env bash
# Jupyter's own programs and Chromium run our kernel and notebooks. On Debian or Ubuntu they come from:
#   apt-get install --no-install-recommends $(cat tests/outside-clients.packages)
# Node and npm are needed, too: they stand in for VS Code. .NET Interactive comes from .config/dotnet-tools.json and runs all notebooks of C# cells.
# Notebooks given as arguments are executed by nbconvert, which is all of them without arguments; each is executed once.
# Ends with one line: N passed, N failed. Kernels and tools are installed into a temporary folder, which is removed.
set -uo pipefail
cd "$(dirname "$0")/.."
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_INTERACTIVE_CLI_TELEMETRY_OPTOUT=1 PYTHONWARNINGS=ignore

passed=0 failed=0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export JUPYTER_DATA_DIR=$work/data

# check NAME COMMAND…: one check, passed when the command exits with 0.
check() {
    local name=$1
    shift
    if "$@" >"$work/log" 2>&1; then passed=$((passed + 1)); else failed=$((failed + 1)); cat "$work/log"; printf 'FAILED: '; fi
    printf '%s\n' "$name"
}

lstmlab() { dotnet run --no-build --project src/LstmLab.Jupyter -- "$@"; }
python() { /usr/bin/python3 "$@"; }
listed() { python -m jupyter_client.kernelspecapp list | grep "$1 *$JUPYTER_DATA_DIR/kernels"; }
unlisted() { ! listed "$1" && [ ! -e "$JUPYTER_DATA_DIR/kernels" ]; }
execute() { /usr/bin/jupyter-nbconvert --execute --to notebook --output-dir "$work/out" "$1"; }
export_page() { /usr/bin/jupyter-nbconvert --to html --output-dir "$work/out" "$work/out/$(basename "$1")"; }
there() { python tests/genuine_tool.py run "$1" "$work/there"; }
page_there() { /usr/bin/jupyter-nbconvert --to html --output-dir "$work/there" "$work/there/$(basename "$1")" && looks page "$work/there/$(basename "$1" .ipynb).html"; }
looks() { python tests/browser.py "$@" artifacts/screenshots; }

# both COMMAND…: runs the command on each name of its input, two at a time, as each keeps one processor busy. Then finished NAME says how it went.
both() { xargs -n 1 -P 2 bash -c 'name=$work/$(basename "${@: -1}"); "$@" >"$name.log" 2>&1; echo $? >"$name.status"' _ "$@"; }
finished() { cat "$work/$(basename "$1").log"; [ "$(cat "$work/$(basename "$1").status")" = 0 ]; }
export work
export -f python looks there

# .NET Interactive of the tool manifest. Its kernelspecs say "dotnet interactive", which the SDK finds in the manifest from the notebooks' folder.
genuine() { dotnet tool restore && mkdir -p "$JUPYTER_DATA_DIR/kernels" && dotnet interactive jupyter install && listed .net-csharp; }

# A home with our kernel alone, a PATH with dotnet alone, and ZeroMQ for Node, which the client of VS Code is made with.
no_python() {
    mkdir -p "$work/home" "$work/path" && ln -sf "$(command -v dotnet)" "$work/path" || return
    npm install --silent --ignore-scripts --prefix "$work/npm" zeromq@6 || return
    env -u JUPYTER_DATA_DIR HOME="$work/home" dotnet artifacts/bin/LstmLab.Jupyter/release/LstmLab.Jupyter.dll kernel install --user || return
    env -i HOME="$work/home" PATH="$work/path" "$(command -v node)" tests/no-python.mjs "$work/npm/node_modules" "$1"
}

# The tool as users install it: from a package, into a folder of its own, without a look at any registry.
pack() { dotnet pack src/LstmLab.Jupyter --no-build --output "$work/packages"; }
tool() { dotnet tool "$1" LstmLab.Jupyter --tool-path "$work/tools" "${@:2}"; }
answers() { JUPYTER_PATH=$1/share/jupyter LSTMLAB_KERNEL=$2 PYTHONPATH=tests python -m unittest conformance.Conformance.test_execute_result; }
empty() { [ -z "$(find "$1" -mindepth 1 -not -name share)" ]; }

[ -e artifacts/bin/LstmLab.Jupyter ] || dotnet build
check 'one command installs the kernel' lstmlab kernel install
check 'Jupyter lists the kernel' listed lstmlab

# Each test of the suite is a check of its own.
names=$(python - <<'PY'
import sys, unittest
sys.path.insert(0, "tests")
import conformance
suite = unittest.defaultTestLoader.loadTestsFromModule(conformance)
print("\n".join(test.id() for group in suite for test in group if "KernelTests" not in test.id()))
PY
)
cd tests || exit
for name in $names; do check "$name" python -m unittest "$name"; done
cd ..

[ $# -gt 0 ] || set -- notebooks/*.ipynb
for notebook in "$@"; do
    check "nbconvert runs all cells without an error: $notebook" execute "$notebook"
    check "what it stores is what the headless run stores: $notebook" python tests/outputs.py "$notebook" "$work/out/$(basename "$notebook")"
    check "nbconvert makes a page of it: $notebook" export_page "$notebook"
    name=$(basename "$notebook" .ipynb)
    check "its figures and diagrams are drawn on that page, and its sliders move: $notebook" looks page "$work/out/$name.html"
done
printf '%s\n' artifacts/notebooks/*.html | both looks page
for page in artifacts/notebooks/*.html; do check "fits wide and narrow windows, figures and diagrams drawn, sliders move, no script fails: $page" finished "$page"; done

# Jupyter saves what it runs, so it gets a copy of the notebooks beside the built assemblies.
mkdir "$work/tree"
cp -r notebooks "$work/tree"
ln -s "$PWD/artifacts" "$PWD/datasets" "$PWD/docs" "$PWD/src" "$work/tree"
for name in 01-gates 12-polyglot; do check "a click in classic Jupyter runs all cells, draws all figures and diagrams, and sliders move: $name" looks notebook "$work/tree" "notebooks/$name.ipynb"; done

check 'a client runs notebook 01 where there is no Python' no_python notebooks/01-gates.ipynb

check '.NET Interactive is installed as a local tool' genuine
genuine_notebooks=$(python tests/genuine_tool.py list notebooks)
printf '%s\n' $genuine_notebooks | both there
for notebook in $genuine_notebooks; do check ".NET Interactive runs all cells, prints and draws what is stored: $notebook" finished "$notebook"; done
check 'the page made of it there shows its figures' page_there notebooks/01-gates.ipynb
rm -rf "$JUPYTER_DATA_DIR/kernels/.net-"*

check 'one command removes the kernel' lstmlab kernel uninstall
check 'nothing of the kernel is left' unlisted lstmlab

check 'a kernel of another name stands beside it' lstmlab kernel install --user --name second
check 'Jupyter lists it, too' listed second
check 'and it is removed by its name' lstmlab kernel uninstall --user --name second
check 'nothing of it is left' unlisted second

check 'the tool is packed' pack
check 'the tool is installed from its package' tool install --source "$work/packages"
check 'the tool installs its kernel below a prefix' "$work/tools/lstmlab" kernel install --prefix "$work/prefix"
check 'the tool lists it' grep -q "$work/tools/lstmlab" <("$work/tools/lstmlab" kernel list --prefix "$work/prefix")
check 'a client runs a cell in the kernel of the tool' answers "$work/prefix" lstmlab
check 'the tool removes its kernel' "$work/tools/lstmlab" kernel uninstall --prefix "$work/prefix"
check 'nothing of the kernel is left below the prefix' empty "$work/prefix"
check 'the tool is removed' tool uninstall

printf '\n%d passed, %d failed\n' "$passed" "$failed"
[ "$failed" -eq 0 ]
