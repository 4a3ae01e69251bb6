#!/usr/bin/env bash
# A long session: 2,000 cells in one kernel, whose memory may grow by less than 100 MB. Also prints how long
# starts, cells, completions and interrupts took (no limits: machines differ).
set -euo pipefail
timeout 900 node bench/kernel.mjs "${SOAK:-2000}"
