#!/usr/bin/env bash
# Jupyter's own programs run our kernel and notebooks. On Debian or Ubuntu they come from:
#   apt-get install jupyter-client jupyter-nbconvert python3-jupyter-kernel-test python3-nbclient
# Ends with one line: N passed, N failed. The kernel is installed into a temporary folder, which is removed.
set -uo pipefail
cd "$(dirname "$0")/.."
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 PYTHONWARNINGS=ignore

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
listed() { python -m jupyter_client.kernelspecapp list | grep "lstmlab *$JUPYTER_DATA_DIR/kernels"; }
unlisted() { ! listed && [ ! -e "$JUPYTER_DATA_DIR/kernels" ]; }
convert() { /usr/bin/jupyter-nbconvert --execute --to "$2" --output-dir "$work/out" "$1"; }

[ -e artifacts/bin/LstmLab.Jupyter ] || dotnet build
check 'one command installs the kernel' lstmlab kernel install
check 'Jupyter lists the kernel' listed

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

for notebook in notebooks/*.ipynb; do
    check "nbconvert runs all cells without an error: $notebook" convert "$notebook" notebook
    check "nbconvert makes a page of the run: $notebook" convert "$notebook" html
done

check 'one command removes the kernel' lstmlab kernel uninstall
check 'nothing of the kernel is left' unlisted

printf '\n%d passed, %d failed\n' "$passed" "$failed"
[ "$failed" -eq 0 ]
