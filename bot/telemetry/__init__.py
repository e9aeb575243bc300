"""What an operator can watch the bot by: its log, its metrics, its traces. None of them says what anybody wrote.

The only importer of structlog, prometheus-client and OpenTelemetry.
"""
