#!/usr/bin/env bash
# Makes the stored results again and compares: bash docs/reproduce.sh [--times] [--graphs FOLDER] [--notebooks FOLDER]
#
# Without options it needs no network and about ten minutes: every notebook is run and compared byte for byte, and the model of notebook 10 is
# trained again. A result that takes long, or files that the repository does not hold, is made again only when asked for:
#   --times             the times of a training step (notebooks/step-cost.csv), some minutes on a machine that is left alone. The benchmarks
#                       restore libtorch and ONNX Runtime, 300 MB. Bytes must be the same; times are another machine's, so their ratio is shown.
#   --graphs FOLDER     docs/public-graphs-2026-11-27.tsv, of the files in FOLDER/OWNER/NAME/PATH at the commits of the table
#   --notebooks FOLDER  docs/public-notebooks-2026-11-27.tsv, likewise; needs a network for packages, and takes hours for all
# Results go to artifacts/reproduced; nothing that is stored is changed. Ends with a table: stored, made again, same?
# Exit code: 0 if nothing that must be the same differs, else 1.
set -uo pipefail
cd "$(dirname "$0")/.."
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1

times='' graphs='' notebooks=''
while [ $# -gt 0 ]; do
    case $1 in
        --times) times=yes ;;
        --graphs | --notebooks)
            [ -d "${2-}" ] || { echo "$1 is '${2-}', which is no folder" >&2; exit 2; }
            [ "$1" = --graphs ] && graphs=$2 || notebooks=$2
            shift ;;
        *) sed -n '2,/^set /{/^#/s/^# \{0,1\}//p}' "$0"; [ "$1" = --help ] && exit 0 || exit 2 ;;
    esac
    shift
done

out=artifacts/reproduced rows=() failed=0
rm -rf "$out"
mkdir -p "$out"
row() { rows+=("$1|$2|$3"); case $3 in no*) failed=1 ;; esac; }
tests() { dotnet run --no-build --project tests/LstmLab.Tests -- "$@"; }
lstmlab() { dotnet run --no-build --project src/LstmLab.Jupyter -- "$@"; }

dotnet build || exit 1

echo '== notebooks'
lstmlab run notebooks --output "$out/notebooks"
for notebook in notebooks/*.ipynb; do
    again=$out/$notebook
    if cmp -s "$notebook" "$again"; then same=yes; else same="no: git diff --no-index $notebook $again"; fi
    row "$notebook" 'run from top to bottom' "$same"
done

echo '== the model of notebook 10'
mkdir "$out/model"
cp notebooks/weather.onnx notebooks/weather-onnx-runtime.csv "$out/model"
restore() { cp "$out/model/weather.onnx" "$out/model/weather-onnx-runtime.csv" notebooks/; }
trap restore EXIT
tests notebook-model && model=made || model=failed
for file in weather.onnx weather-onnx-runtime.csv; do
    if [ $model = failed ]; then same='no: the training failed'
    elif cmp -s "notebooks/$file" "$out/model/$file"; then same=yes
    elif [ $file = weather.onnx ]; then same='no: the weights differ'
    else
        # ONNX Runtime chooses its kernels by the processor.
        same=$(paste -d, "notebooks/$file" "$out/model/$file" | awk -F, '
            NR > 1 { d = $1 - $2; if (d < 0) d = -d; if (d > most) most = d }
            END { print (most < 1e-4 ? "within " most " °C" : "no: up to " most " °C") }')
    fi
    [ $model = failed ] || cp "notebooks/$file" "$out/model/again-$file"
    row "notebooks/$file" 'trained on seed 1, answered by ONNX Runtime' "$same"
done
restore
trap - EXIT

echo '== times'
if [ -n "$times" ] && dotnet run -c Release --project tests/LstmLab.Benchmarks -- scale --csv "$out/step-cost.csv"; then
    row notebooks/step-cost.csv 'measured on this machine' "$(paste -d, notebooks/step-cost.csv "$out/step-cost.csv" | awk -F, '
        NR > 1 { n++; if ($11 != $25) bytes++; ratio = $24 / $10; if (n == 1 || ratio < low) low = ratio; if (ratio > high) high = ratio }
        END { printf "%s; a step takes %.2f to %.2f times as long", bytes ? "no: bytes differ in " bytes " of " n " rows" : "bytes yes", low, high }')"
else
    row notebooks/step-cost.csv 'times of another machine: --times' 'not made again'
fi
row notebooks/gpu-step.csv 'needs that GPU' 'not made again'

# given TSV FOLDER: the rows of the table whose files are in the folder, as "line number, file, row".
given() { awk -F'\t' -v folder="$2" 'NR > 1 { print folder "/" $1 "/" $3 "\t" $0 }' "$1" | while IFS= read -r line; do [ -e "${line%%$'\t'*}" ] && printf '%s\n' "$line"; done; }

# verdict FILES DIFFERENT
verdict() { if [ "$1" = 0 ]; then echo 'not made again: no file found'; elif [ "$2" = 0 ]; then echo yes; else echo "no: $2 otherwise, see above"; fi; }

echo '== public graphs'
table=docs/public-graphs-2026-11-27.tsv
if [ -n "$graphs" ]; then
    total=0 other=0
    while IFS=$'\t' read -r file _ _ path _ _ _ opens _; do
        total=$((total + 1))
        [ "$(tests graphs "$file" | cut -f 2)" = "$opens" ] || { other=$((other + 1)); echo "opens otherwise than stored ($opens): $path"; }
    done < <(given $table "$graphs")
    row $table "$total files of $(($(wc -l <$table) - 1))" "$(verdict "$total" "$other")"
else
    row $table 'files of others: --graphs FOLDER' 'not made again'
fi

echo '== public notebooks'
table=docs/public-notebooks-2026-11-27.tsv
if [ -n "$notebooks" ]; then
    total=0 other=0
    while IFS=$'\t' read -r file _ _ path _ _ result _; do
        total=$((total + 1))
        lstmlab run "$file" --timeout 180 --output "$out/public/$total" >"$out/public-$total.log" 2>&1 </dev/null && now=passed || now=failed
        [ $now = "$result" ] || { other=$((other + 1)); echo "$now, stored as $result: $path"; }
    done < <(given $table "$notebooks")
    row $table "$total notebooks of $(($(wc -l <$table) - 1))" "$(verdict "$total" "$other")"
else
    row $table 'notebooks of others: --notebooks FOLDER' 'not made again'
fi

printf '\n%-42s %-48s %s\n' stored 'made again' 'same?'
for line in "${rows[@]}"; do
    IFS='|' read -r stored made same <<<"$line"
    printf '%-42s %-48s %s\n' "$stored" "$made" "$same"
done
exit $failed
