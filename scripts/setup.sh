#!/bin/sh
# Make this machine ready for a purpose: demo, check or test. Asks nothing; says what it cannot do.
set -eu
cd "$(dirname "$0")/.."
purpose="${1:?demo, check or test}"
PYTHON="${PYTHON:-python3}"
export DEBIAN_FRONTEND=noninteractive UV_PYTHON_DOWNLOADS=never

say() { printf '%s\n' "$*" >&2; }
die() { say "$*"; exit 1; }

apt_is_fresh=
install_packages() {
    # As root, install; otherwise say in one sentence what an administrator has to install.
    if [ "$(id -u)" -ne 0 ]; then
        die "Il manque des paquets du système ; demandez à un administrateur : apt-get install $*"
    fi
    command -v apt-get >/dev/null || die "Il manque sur cette machine : $*"
    say "Installation de : $*"
    if [ -z "$apt_is_fresh" ]; then
        apt-get -qq -o DPkg::Lock::Timeout=300 update >&2
        apt_is_fresh=yes
    fi
    # shellcheck disable=SC2068
    apt-get -qq -y --no-install-recommends -o DPkg::Lock::Timeout=300 install $@ >&2 </dev/null ||
        die "apt-get n’a pas pu installer : $*"
}

"$PYTHON" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null ||
    die "Navette demande Python 3.11 ou plus récent (PYTHON=/chemin/de/python pour en choisir un)."

find_uv() {
    for uv in "$(command -v uv 2>/dev/null || :)" var/bootstrap/bin/uv; do
        if [ -n "$uv" ] && "$uv" --version >/dev/null 2>&1; then return 0; fi
    done
    return 1
}

bootstrap_uv() {
    # uv lays the environment; it comes from PyPI like the rest, in a small environment of its own.
    mkdir -p var
    rm -rf var/bootstrap
    if ! "$PYTHON" -m venv var/bootstrap >/dev/null 2>&1; then
        rm -rf var/bootstrap
        if "$PYTHON" -m pip --version >/dev/null 2>&1; then
            "$PYTHON" -m pip install --quiet --disable-pip-version-check --target var/bootstrap uv
            return
        fi
        install_packages python3-venv
        "$PYTHON" -m venv var/bootstrap
    fi
    var/bootstrap/bin/python -m pip install --quiet --disable-pip-version-check uv
}

find_uv || { bootstrap_uv && find_uv; } || die "uv n’a pas pu être installé (pip install uv)."

if [ "$purpose" = demo ]; then groups="--no-dev --inexact"; else groups=; fi
# One at a time: two commands started together would write the same environment.
mkdir -p var
# shellcheck disable=SC2086
(
    if command -v flock >/dev/null; then flock 9; fi
    "$uv" sync --frozen --quiet --python "$PYTHON" $groups
) 9>var/setup.lock

missing=
need() { # need COMMAND PACKAGE…
    command -v "$1" >/dev/null 2>&1 && return
    shift
    missing="$missing $*"
}

if [ "$purpose" != check ]; then
    .venv/bin/python -c 'import weasyprint' >/dev/null 2>&1 ||
        missing="$missing libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fontconfig"
    [ "$(id -u)" -ne 0 ] || need useradd passwd
fi
if [ "$purpose" = test ]; then
    need chromium chromium
    need pdftotext poppler-utils
    need qpdf qpdf
    # The seal in a device: its tests are skipped where it is not, and nobody has to install it.
    [ "$(id -u)" -ne 0 ] || need softhsm2-util softhsm2
fi
if [ -n "$missing" ]; then
    # shellcheck disable=SC2086
    install_packages $missing
fi
