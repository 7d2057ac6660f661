#!/bin/bash
# Stands for systemctl in the test of docs/operations.md: starts and stops what the units say that the page made, and nginx
# with the page's configuration on other ports. The environment names the folders and ports. What systemd itself finds wrong
# with the units is an error.
set -eu

# Templates are looked at through one of their units, and this machine has its Node.js elsewhere.
look_at_units() {
  mkdir -p "$RUN/units"
  for unit in "$UNITS"/*; do
    sed "s|^ExecStart=node|ExecStart=$NODE|" "$unit" > "$RUN/units/$(basename "${unit/@./@first.}")"
  done
  complaints=$(systemd-analyze verify --man=no "$RUN"/units/* 2>&1) || true
  [ -z "$complaints" ] || { echo "$complaints" >&2 && exit 1; }
}

value() { sed -n "s/^$1=//p" "$2"; }

is_running() {
  [ -e "$RUN/$1.pid" ] && grep -qs '^State:.[^ZX]' "/proc/$(cat "$RUN/$1.pid")/status"
}

in_background() {
  name=$1
  shift
  "$@" > "$RUN/$name.log" 2>&1 &
  echo $! > "$RUN/$name.pid"
}

# As the user who may do least, which systemd makes for units that ask for one.
as_nobody() {
  if [ "$(id -u)" = 0 ]; then exec setpriv --reuid=65534 --regid=65534 --clear-groups "$@"; fi
  exec "$@"
}

start_ready() {
  mkdir -p "$RUN/ready"
  chmod 0777 "$RUN/ready"
  in_background "$1" as_nobody $(value ExecStart "$UNITS/$1.service" | sed "s|/run/gatehouse-ready|$RUN/ready|")
}

serve() (
  set -a
  for file in $(value EnvironmentFile "$UNITS/gatehouse@.service"); do . "${file/\%i/$1}"; done
  GATEHOUSE_MASTER_KEY_FILE=$(value LoadCredential "$UNITS/gatehouse@.service" | cut -d: -f2)
  exec gatehouse serve
)

start_nginx() {
  sed -e "s/listen 80;/listen 127.0.0.1:$HTTP_PORT;/" -e "s/listen 443 ssl/listen 127.0.0.1:$HTTPS_PORT ssl/" \
      -e "s|/var/log/nginx|$RUN|" -e "s|/run/gatehouse-ready|$RUN/ready|" "$SITES/gatehouse.conf" > "$RUN/site.conf"
  {
    echo "user root; daemon off; pid $RUN/nginx-own.pid; events {} http {"
    for kind in client_body proxy fastcgi uwsgi scgi; do echo "${kind}_temp_path $RUN/$kind;"; done
    echo "include $RUN/site.conf; }"
  } > "$RUN/nginx.conf"
  /usr/sbin/nginx -t -q -e "$RUN/error.log" -c "$RUN/nginx.conf"
  in_background nginx /usr/sbin/nginx -e "$RUN/error.log" -c "$RUN/nginx.conf"
  # It counts as started when it listens, as under systemd.
  until (: > "/dev/tcp/127.0.0.1/$HTTPS_PORT") 2> /dev/null; do
    is_running nginx || exit 1
    sleep 0.05
  done
}

start() {
  case $1 in
    gatehouse@*) in_background "$1" serve "${1#gatehouse@}" ;;
    gatehouse-ready) start_ready "$1" ;;
    gatehouse-backup.timer) [ -e "$UNITS/$1" ] && [ -x "$(value ExecStart "$UNITS/gatehouse-backup.service" | cut -d' ' -f1)" ] ;;
    nginx) start_nginx ;;
    *) echo "nobody starts $1 here" >&2 && exit 1 ;;
  esac
}

stop() {
  is_running "$1" || return 0
  kill "$(cat "$RUN/$1.pid")"
  while is_running "$1"; do sleep 0.05; done
}

verb=$1
shift
[ "${1:-}" != --now ] || shift
case $verb in
  daemon-reload) look_at_units ;;
  enable | start) for unit in "$@"; do start "$unit"; done ;;
  stop) for unit in "$@"; do stop "$unit"; done ;;
  restart) for unit in "$@"; do stop "$unit" && start "$unit"; done ;;
  is-active)
    for unit in "$@"; do
      is_running "$unit" || { echo "$unit is not active" >&2 && exit 3; }
      echo active
    done
    ;;
  *) echo "nobody does $verb here" >&2 && exit 1 ;;
esac
