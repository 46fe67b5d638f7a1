#!/bin/sh
# Every check that needs no test: all of them run, and one failure fails the whole.
set -u
cd "$(dirname "$0")/.."
bin=.venv/bin
failed=

step() { # step NAME COMMAND…
    name="$1"
    shift
    if output=$("$@" 2>&1); then
        printf 'ok      %s\n' "$name"
    else
        printf 'ÉCHEC   %s\n%s\n' "$name" "$output"
        failed="$failed $name"
    fi
}

in_production() { # a complete environment, whose services are never contacted
    env NAVETTE_MODE=production DEBUG=false \
        SECRET_KEY="$($bin/python -c 'import secrets; print(secrets.token_urlsafe(50))')" \
        ALLOWED_HOSTS=navette.example SITE_URL=https://navette.example \
        DATABASE_URL=postgres://navette@db.invalid/navette EMAIL_URL=smtp://mail.invalid:25 \
        DEFAULT_FROM_EMAIL=navette@navette.example STORAGE_KIND=s3 STORAGE_BUCKET=files \
        ARCHIVE_KIND=s3 ARCHIVE_BUCKET=archive SEAL_PKCS12_PATH=/run/secrets/seal.p12 \
        "$@"
}

step format "$bin/ruff" format --check .
step ruff "$bin/ruff" check .
step types "$bin/python" scripts/check_types.py
step templates "$bin/djlint" templates --lint --quiet
step layers "$bin/lint-imports" --no-cache --no-logo
step migrations "$bin/python" manage.py makemigrations --check --dry-run
step deploy in_production "$bin/python" manage.py check --deploy --fail-level WARNING
step diagrams "$bin/python" manage.py diagrams --check

if [ -n "$failed" ]; then
    printf '\nÀ corriger :%s\n' "$failed"
    exit 1
fi
