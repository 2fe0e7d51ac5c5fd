#!/usr/bin/env bash
# Installs PatchCore.Edge as a systemd service on this machine, or removes it again.
#   deploy/install.sh              build, install to /opt/patchcore-edge, enable the service
#   deploy/install.sh --uninstall  stop and remove it; configuration and bundles stay
#   deploy/install.sh --uninstall --purge   remove those too
set -euo pipefail

program=/opt/patchcore-edge
configuration=/etc/patchcore-edge
state=/var/lib/patchcore-edge
unit=/etc/systemd/system/patchcore-edge.service
user=patchcore
repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

say() { printf '==> %s\n' "$*"; }
die() { printf 'install.sh: %s\n' "$*" >&2; exit 1; }
# Without a running systemd (a container, an image being built) the files are laid out all the same.
systemd() { [ -d /run/systemd/system ] && systemctl "$@"; }

remove() {
  systemd disable --now patchcore-edge.service 2>/dev/null || true
  rm -f "$unit"
  rm -rf "$program" "$program.old" "$program.new"
  systemd daemon-reload || true
  if [ "${1:-}" = --purge ]; then
    rm -rf "$configuration" "$state"
    ! id "$user" >/dev/null 2>&1 || userdel "$user"
    say "removed, with $configuration and $state"
  else
    say "removed; $configuration and $state are still there (--purge removes them)"
  fi
}

install_program() {
  "$repository/build.sh" build
  rm -rf "$program.new" "$program.old"
  cp -a "$repository/artifacts" "$program.new"
  rm -rf "$program.new/demo"
  chown -R root:root "$program.new"
  chmod -R u=rwX,go=rX "$program.new"
  # Renaming keeps a running service on its old files until it is restarted.
  [ ! -e "$program" ] || mv "$program" "$program.old"
  mv "$program.new" "$program"
  rm -rf "$program.old"
}

install_user() {
  id "$user" >/dev/null 2>&1 ||
    useradd --system --home-dir "$state" --no-create-home --shell /usr/sbin/nologin "$user"
  # Cameras and GPUs belong to these groups.
  local group
  for group in video render; do ! getent group "$group" >/dev/null || usermod --append --groups "$group" "$user"; done
  install -d -o "$user" -g "$user" -m 0750 "$state" "$state/bundles"
}

install_configuration() {
  install -d -o root -g "$user" -m 0750 "$configuration"
  [ -e "$configuration/appsettings.json" ] ||
    install -o root -g "$user" -m 0640 "$repository/config/appsettings.json" "$configuration/appsettings.json"
  local dotnet; dotnet=$(dirname "$(readlink -f "$(command -v dotnet)")")
  printf 'DOTNET_ROOT=%s\n' "$dotnet" >"$configuration/environment"
  # Asked as the service's own user: a runtime in somebody's home folder is not readable to it.
  DOTNET_ROOT=$dotnet setpriv --reuid="$user" --regid="$user" --init-groups "$program/patchcore-edge" --version >/dev/null ||
    die "user $user cannot run $program/patchcore-edge with the .NET runtime in $dotnet; install .NET 10 system-wide"
}

install_service() {
  install -d /etc/systemd/system
  install -m 0644 "$repository/systemd/patchcore-edge.service" "$unit"
  if [ -d /run/systemd/system ]; then
    systemctl daemon-reload
    systemctl enable patchcore-edge.service
    ! systemctl is-active --quiet patchcore-edge.service || systemctl restart patchcore-edge.service
  else
    say "systemd is not running here: the unit is installed, not enabled"
  fi
}

[ "$(id -u)" -eq 0 ] || die "installing a service needs root: sudo $0 $*"
case "${1:-}" in
  --uninstall) remove "${2:-}" ;;
  "")
    install_program
    install_user
    install_configuration
    install_service
    say "installed to $program. Next:"
    echo "    $program/patchcore-edge train --good GOOD_PICTURES --out $state/bundles/part"
    echo "    edit $configuration/appsettings.json, then: systemctl start patchcore-edge"
    ;;
  *) die "unknown option $1; see the top of this file" ;;
esac
