# The bot alone: no demo client, no tests.  docker build -t positive-challenge .
FROM python:3.11-slim

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
WORKDIR /app

COPY requirements.lock .
RUN python -m pip install --no-cache-dir --no-deps --require-hashes -r requirements.lock

COPY app.py ./
COPY bot bot
COPY cards cards
COPY storage storage

# SQLite and the demo keep their files in var/; with PostgreSQL nothing is written here.
RUN useradd --create-home bot && install --directory --owner=bot var
USER bot
VOLUME /app/var
EXPOSE 3978

HEALTHCHECK --interval=30s --timeout=5s --start-period=15s \
    CMD ["python", "-c", "import os, urllib.request as u; u.urlopen(f\"http://127.0.0.1:{os.environ.get('PORT', '3978')}/healthz\", timeout=4)"]

ENTRYPOINT ["python", "app.py"]
CMD ["serve"]
