#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Everything that can disturb tunnels, all at once, for a short time: see
# stress/run.

# Beside other guests turns take longer.
export BACK_MS=10000
exec "$(dirname "$0")/stress/run" 25
