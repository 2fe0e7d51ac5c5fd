#!/usr/bin/env bash
# Makes the certificates of a line: its own authority, one for the broker, one for each client by its name.
#   make-certificates.sh FOLDER HOST [NAME…]
#     FOLDER   where ca.crt, ca.key, server.crt, server.key, NAME.crt and NAME.key go
#     HOST     how clients call the broker: a name or an IPv4 address; localhost and 127.0.0.1 go without saying
#     NAME     a user of the file acl: station-1
# What is there already is kept, so that a new station is the same command with one more name. To renew a certificate,
# remove it first.
set -euo pipefail

die() { printf 'make-certificates.sh: %s\n' "$*" >&2; exit 1; }
[ $# -ge 2 ] || die "expected FOLDER HOST [NAME…]; see the top of this file"
folder=$1 host=$2; shift 2
[[ $host =~ ^[A-Za-z0-9.-]+$ ]] || die "host '$host': expected a name or an IPv4 address"
for name in "$@"; do
  [[ $name =~ ^[A-Za-z0-9._-]+$ ]] || die "name '$name': expected letters, digits, '.', '_' and '-'"
  [[ $name != ca && $name != server ]] || die "name '$name' is that of a file of the broker's own"
done

umask 077
mkdir -p "$folder"
cd "$folder"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# A curve that everything speaks; ten years for the authority, two and a quarter for the others.
key() { openssl ecparam -name prime256v1 -genkey -noout -out "$1.key"; }

# sign NAME EXTENSIONS: NAME.crt from NAME.key, by the authority.
sign() {
  printf '%b\n' "$2" >"$scratch/extensions"
  openssl req -new -key "$1.key" -subj "/CN=$1" -out "$scratch/request"
  openssl x509 -req -sha256 -days 820 -in "$scratch/request" -CA ca.crt -CAkey ca.key -extfile "$scratch/extensions" \
    -set_serial "0x$(openssl rand -hex 16)" -out "$1.crt" 2>"$scratch/log" || die "$1: $(cat "$scratch/log")"
}

if [ ! -e ca.crt ]; then
  key ca
  openssl req -x509 -sha256 -new -key ca.key -days 3650 -subj '/CN=PatchCore.Edge line' \
    -addext keyUsage=critical,keyCertSign,cRLSign -out ca.crt
fi
if [ ! -e server.crt ]; then
  key server
  [[ $host =~ ^[0-9.]+$ ]] && kind=IP || kind=DNS
  sign server "subjectAltName=$kind:$host,DNS:localhost,IP:127.0.0.1\nextendedKeyUsage=serverAuth"
fi
for name in "$@"; do
  [ ! -e "$name.crt" ] || continue
  key "$name"
  sign "$name" 'extendedKeyUsage=clientAuth'
done
chmod 644 ./*.crt
