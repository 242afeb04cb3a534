#!/usr/bin/env bash
# Builds the documentation site: bash docs/build.sh
#
# Result: artifacts/site, to be put on any web server; look at it by "dotnet docfx serve artifacts/site" at http://localhost:8080.
# It holds the guides, the API of the four libraries by docfx, the notebooks' pages, READMEs, decisions, glossary, and each file that these
# link to. Notebooks are run first if a page is missing or older than its notebook (minutes); pages that are there are taken as they are.
# Fails if docfx warns or if a link or an anchor within the site leads nowhere. Needs the .NET SDK, and a network only to restore docfx.
set -euo pipefail
cd "$(dirname "$0")/.."
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
say() { printf '\n== %s\n' "$1"; }

say '1/5 tools and assemblies'
dotnet tool restore
dotnet build tests/LstmLab.Tests

say '2/5 notebooks'
pages=artifacts/notebooks
fresh=yes
[ -e "$pages/index.html" ] || fresh=no
for notebook in notebooks/*.ipynb; do
    page=$pages/$(basename "$notebook" .ipynb).html
    if [ ! -e "$page" ] || [ "$notebook" -nt "$page" ]; then fresh=no; fi
done
if [ $fresh = no ]; then dotnet run --no-build --project src/LstmLab.Jupyter -- run notebooks; else echo "the pages of $pages are up to date"; fi

say '3/5 sources'
rm -rf artifacts/site
dotnet run --no-build --project tests/LstmLab.Tests -- site-sources artifacts/site-sources

say '4/5 pages'
dotnet docfx docs/docfx.json --logLevel warning | tee artifacts/docfx.log
if grep -E '(^|: )(warning|error)' artifacts/docfx.log >/dev/null; then
    echo 'docfx warns: mend what the lines above name.' >&2
    exit 1
fi

say '5/5 links'
dotnet run --no-build --project tests/LstmLab.Tests -- site-links artifacts/site
echo 'Built artifacts/site. To look at it: dotnet docfx serve artifacts/site'
