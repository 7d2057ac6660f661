#!/bin/sh
# Asks both nodes every half second whether they may be sent work, and keeps a file for each that says no: nginx looks
# whether it is there. Run by gatehouse-ready.service on the machine of nginx.
#   ready.sh FOLDER FIRST SECOND     ready.sh /run/gatehouse-ready 10.0.0.11:3000 10.0.0.12:3000
set -eu
folder=$1
mkdir -p "$folder"

# Two refusals in a row make a node absent, one consent makes it present.
watch_node() {
    refusals=0
    while :; do
        if curl --silent --fail --output /dev/null --max-time 1 "http://$2/readyz"; then
            refusals=0
            rm -f "$folder/$1.away"
        else
            refusals=$((refusals + 1))
            [ "$refusals" -lt 2 ] || : >"$folder/$1.away"
        fi
        sleep 0.5
    done
}

watch_node first "$2" &
watch_node second "$3" &
trap 'kill $(jobs -p); exit' TERM INT
wait
