#!/bin/sh
# A backup as of now, looked at whole; backups older than a fortnight are deleted. Run by gatehouse-backup.timer.
#   backup.sh FOLDER     backup.sh /var/backups/gatehouse
set -eu
umask 077
file=$1/gatehouse-$(date +%Y-%m-%dT%H-%M-%S).db
gatehouse backup "$file"
gatehouse verify "$file"
# Only now: where no new one can be made, the old ones stay.
find "$1" -name 'gatehouse-*.db' -mtime +14 -delete
