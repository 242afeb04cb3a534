#!/usr/bin/env bash
# Runs a sweep on a real Slurm of two virtual nodes, kills a worker and a node in its middle, and compares the table with that of a run without a
# scheduler. On Debian or Ubuntu, as root: apt-get install --no-install-recommends slurm-wlm munge parallel
# Ends with one line: N passed, N failed.
set -uo pipefail
cd "$(dirname "$0")/.."
passed=0 failed=0
work=$(mktemp -d)
chmod 755 "$work"
export SLURM_CONF=$work/slurm.conf

finish() {
    for pid in "$work"/*.pid "$work/munge/munged.pid"; do [ -s "$pid" ] && kill -9 "$(cat "$pid")" 2>/dev/null; done
    rm -rf "$work"
}
trap finish EXIT

# check NAME COMMAND…: one check, passed when the command exits with 0.
check() {
    local name=$1
    shift
    if "$@"; then passed=$((passed + 1)); else failed=$((failed + 1)); printf 'FAILED: '; fi
    printf '%s\n' "$name"
}

lstmlab() { dotnet artifacts/bin/LstmLab.Jupyter/release/LstmLab.Jupyter.dll "$@"; }
results() { find "$1" -name '*.json' | wc -l; }
# until SECONDS COMMAND…: waits until the command succeeds.
until_() {
    local end=$((SECONDS + $1))
    shift
    until "$@"; do
        [ $SECONDS -lt $end ] || { echo "waited in vain for: $*"; return 1; }
        sleep 0.2
    done
}

node() { slurmd -N "$1" && until_ 10 test -s "$work/$1.pid"; }

cluster() {
    mkdir -p "$work/munge" "$work/state" && chown munge "$work/munge" && chmod 711 "$work/munge"
    dd if=/dev/urandom bs=1 count=1024 2>/dev/null >"$work/munge/key" && chown munge "$work/munge/key" && chmod 400 "$work/munge/key"
    su munge -s /bin/sh -c "munged --key-file=$work/munge/key --socket=$work/munge/socket --pid-file=$work/munge/munged.pid \
        --log-file=$work/munge/log --seed-file=$work/munge/seed --force" || return
    cat >"$SLURM_CONF" <<END
ClusterName=two
SlurmctldHost=$(hostname)(127.0.0.1)
SlurmctldPort=17017
SlurmUser=root
AuthInfo=socket=$work/munge/socket
StateSaveLocation=$work/state
SlurmdSpoolDir=$work/spool.%n
SlurmctldPidFile=$work/ctld.pid
SlurmdPidFile=$work/%n.pid
SlurmctldLogFile=$work/ctld.log
SlurmdLogFile=$work/%n.log
ProctrackType=proctrack/pgid
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
ReturnToService=2
SlurmdTimeout=5
KillWait=5
MinJobAge=5
MaxArraySize=4
SchedulerParameters=sched_interval=2
NodeName=n[1-2] NodeHostname=$(hostname) NodeAddr=127.0.0.1 Port=[17018-17019] CPUs=2 State=UNKNOWN
PartitionName=all Nodes=ALL Default=YES State=UP
END
    slurmctld && node n1 && node n2 && until_ 20 sh -c 'sinfo -h -o %T | grep -q idle'
}

# sweep FOLDER TRIALS-PER-TASK: 200 trials, each a short training with checkpoints.
sweep() {
    mkdir -p "$1"
    cat >"$1/toy.json" <<END
{
  "command": ["dotnet", "$PWD/artifacts/bin/LstmLab.Tests/release/LstmLab.Tests.dll", "trials"],
  "grid": { "units": [1, 2], "rate": [0.01, 0.02], "repeat": [$(seq -s, 1 50)], "pause": [5] },
  "trialsPerTask": $2
}
END
}

# The newest process of a task, of those that still run.
kill_worker() { kill -9 "$(pgrep -n -f "sweep run $work/cluster")"; }
# A node's daemon, the jobs on it and what watches over them, which is each job's parent.
kill_node() {
    kill -9 "$(cat "$work/$1.pid")" && rm "$work/$1.pid" || return
    local killed=0
    for process in /proc/[0-9]*; do
        grep -qsz "^SLURMD_NODENAME=$1$" "$process/environ" || continue
        local parent
        parent=$(sed -n 's/^PPid:\t//p' "$process/status")
        grep -qs slurmstepd "/proc/$parent/comm" && kill -9 "$parent"
        kill -9 "${process#/proc/}" 2>/dev/null && killed=$((killed + 1))
    done
    [ $killed -gt 0 ]
}
is_down() { sinfo -h -n "$1" -o %T | grep -q down; }
some_missing() { ! lstmlab sweep missing "$work/cluster/toy.json" >/dev/null; }

finished() { [ -z "$(squeue -h)" ]; }
no_leftovers() { [ -z "$(find "$1" -name '*.tmp' -o -name '*.checkpoints' -o -name '*.failed')" ]; }
table() { lstmlab sweep collect "$1/toy.json"; }
has() { [ "$(results "$1/toy.results")" -ge "$2" ]; }

sweep "$work/alone" 200
sweep "$work/cluster" 40
sweep "$work/parallel" 50
check 'without a scheduler 200 trials run one after another' lstmlab sweep run "$work/alone/toy.json"
check 'their table is collected' table "$work/alone"

check 'two virtual nodes start' cluster
check 'Slurm takes the tasks, in arrays of its size' lstmlab sweep submit "$work/cluster/toy.json" --on slurm
check 'a third of the trials is done' until_ 240 has "$work/cluster" 60
check 'a node is killed with all that runs on it' kill_node n2
check 'a worker is killed' kill_worker
check 'Slurm notices that the node is down' until_ 60 is_down n2
check 'the node comes back' node n2
check 'the queue becomes empty' until_ 240 finished
# The task of the killed worker has failed for good: it is submitted again, alone.
check 'its trials are missing' some_missing
check 'what is missing is submitted again' lstmlab sweep submit "$work/cluster/toy.json" --on slurm
check 'the queue becomes empty again' until_ 240 finished
check '200 of 200 trials have a result' lstmlab sweep missing "$work/cluster/toy.json"
check 'their table is collected' table "$work/cluster"
check 'its bytes are those of the run without a scheduler' cmp "$work/alone/toy.csv" "$work/cluster/toy.csv"
check 'nothing temporary is left' no_leftovers "$work/cluster/toy.results"

check 'GNU parallel runs the tasks' lstmlab sweep submit "$work/parallel/toy.json" --on parallel
check 'their table is collected' table "$work/parallel"
check 'its bytes are those of the run without a scheduler' cmp "$work/alone/toy.csv" "$work/parallel/toy.csv"
[ $failed -eq 0 ] || tail -n 30 "$work"/*.log "$work"/cluster/toy.results/logs/*.log

printf '\n%d passed, %d failed\n' "$passed" "$failed"
[ "$failed" -eq 0 ]
