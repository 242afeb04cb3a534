#!/usr/bin/env bash
# Makes a Debian or Ubuntu machine with the .NET 10 SDK ready: Jupyter with our kernel to open notebooks with, the build, one notebook run.
set -euo pipefail
cd "$(dirname "$0")/.."
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1

if ! command -v dotnet >/dev/null; then
    echo 'The .NET 10 SDK is missing: install package dotnet-sdk-10.0, or see https://learn.microsoft.com/dotnet/core/install/linux, and run this script again.' >&2
    exit 1
fi

# The SDK needs ICU only for cultures, which nothing here uses.
if ! ldconfig -p | grep -q libicuuc; then export DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1; fi

if command -v apt-get >/dev/null; then
    sudo=$([ "$(id -u)" -eq 0 ] || echo sudo)
    $sudo apt-get update -q
    DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -q --no-install-recommends ca-certificates git jupyter-notebook jupyter-nbconvert
fi

dotnet build
dotnet run --no-build --project src/LstmLab.Jupyter -- kernel install
dotnet run --no-build --project src/LstmLab.Jupyter -- run notebooks/01-gates.ipynb
echo 'Ready: the kernel is "C# (LstmLab)". Run all notebooks by "dotnet run --project src/LstmLab.Jupyter -- run notebooks", the tests by "dotnet test".'
