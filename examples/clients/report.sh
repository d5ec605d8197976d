#!/bin/sh
# Reports once where a client is, to the first of several servers that answers.
#
#   sh report.sh kiwi +34.068930-118.445127 127.0.0.1:11645 127.0.0.1:11646
#
# With cron it makes a tracker of whatever knows its position. Needs OpenBSD's nc: on Debian the package
# netcat-openbsd. Servers are HOST:PORT, their client ports. Where access is on, the token is read from the variable
# PROXY_HERD_TOKEN; nc encrypts nothing, so keep it to a network that you trust.
#
# Prints the reply. The exit status is 0 where the report is confirmed, 1 where it is not, 2 for a usage error.

if [ $# -lt 3 ]; then
  echo 'usage: report.sh CLIENT POSITION HOST:PORT [HOST:PORT ...]' >&2
  exit 2
fi
# The time is fixed once: a report that is sent again is the same report.
report="IAMAT $1 $2 $(date +%s)"
shift 2

# What is sent: the token and the report. printf is the shell's own, so that the token is in no list of processes.
commands() {
  [ -z "$PROXY_HERD_TOKEN" ] || printf 'AUTH %s\n' "$PROXY_HERD_TOKEN"
  printf '%s\n' "$report"
}

# Each server is asked once a round; then a longer and longer wait, in seconds.
for wait in 1 2 4 0; do
  for server in "$@"; do
    # -N ends our side after the report, so that the server closes once it has replied; it may take 5 s.
    reply=$(commands | nc -N -w 5 "${server%:*}" "${server##*:}" | tail -n 1)
    case $reply in
      AT\ *) printf '%s\n' "$reply" && exit 0 ;;
      \?\ *) printf '%s\n' "$reply" && exit 1 ;; # refused: another server would refuse it as well
    esac
    echo "no answer from $server" >&2
  done
  sleep "$wait"
done
exit 1
