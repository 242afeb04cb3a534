#!/usr/bin/env bash
# Makes a Debian or Ubuntu machine with the .NET 10 SDK ready: ICU, a Chinese font, Jupyter, .NET Interactive, the build, our kernel, and one notebook run.
set -euo pipefail
cd "$(dirname "$0")/.."
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1

if ! command -v dotnet >/dev/null; then
    echo 'The .NET 10 SDK is missing: install package dotnet-sdk-10.0, or see https://learn.microsoft.com/dotnet/core/install/linux, and run this script again.' >&2
    exit 1
fi

if command -v apt-get >/dev/null; then
    sudo=$([ "$(id -u)" -eq 0 ] || echo sudo)
    $sudo apt-get update -q
    # Each release names the package of ICU by its version.
    icu=$(apt-cache search --names-only '^libicu[0-9]+$' | sort -V | tail -n 1 | cut -d ' ' -f 1)
    DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -q --no-install-recommends ca-certificates fonts-wqy-microhei git $icu jupyter-notebook jupyter-nbconvert
fi

# ICU is for cultures alone, which the project itself does not use.
if ! ldconfig -p | grep -q libicuuc; then export DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1; fi

dotnet build
dotnet run --no-build --project src/LstmLab.Jupyter -- kernel install
dotnet tool restore
mkdir -p "${JUPYTER_DATA_DIR:-${XDG_DATA_HOME:-$HOME/.local/share}/jupyter}/kernels"
dotnet interactive jupyter install
dotnet run --no-build --project src/LstmLab.Jupyter -- run notebooks/01-gates.ipynb
echo 'Ready: the kernel is "C# (LstmLab)"; ".NET (C#)" of .NET Interactive runs the notebooks, too. Run all notebooks by "dotnet run --project src/LstmLab.Jupyter -- run notebooks", the tests by "dotnet test"; bash docs/reproduce.sh makes every stored result again and compares.'
