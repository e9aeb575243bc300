"""Every setting, read once from the environment, with all faults named together."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from pathlib import Path

TYPES = ("SingleTenant", "UserAssignedMSI")
DATABASES = ("sqlite:", "postgresql:", "postgresql+psycopg:")


class FaultySettings(Exception):
    """The settings can't be used."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = faults
        super().__init__("\n".join(["The settings can't be used:", *(f"  {fault}" for fault in faults)]))


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What `serve` needs to know. See `docs/operations.md` for each."""

    app_id: str
    app_password: str
    app_type: str
    tenant: str
    certificate: Path | None
    host: str
    port: int
    database_url: str
    procedure: str
    operator_email: str
    digest_at: str
    smtp_url: str
    sender: str


def read_settings(environment: Mapping[str, str]) -> Settings:
    """The settings of `serve`. Raises `FaultySettings` with every fault."""
    faults: list[str] = []

    def get(name: str, default: str | None = None) -> str:
        value = environment.get(name, "").strip() or default
        if value is None:
            faults.append(f"{name} is missing.")
        return value or ""

    app_type = get("MicrosoftAppType", "SingleTenant")
    certificate = get("MicrosoftAppCertificateFile", "")
    secret_is_needed = app_type == "SingleTenant" and not certificate
    settings = Settings(
        app_id=get("MicrosoftAppId"),
        app_password=get("MicrosoftAppPassword", None if secret_is_needed else ""),
        app_type=app_type,
        tenant=get("MicrosoftAppTenantId"),
        certificate=Path(certificate) if certificate else None,
        host=get("HOST", "0.0.0.0"),  # noqa: S104  (a container listens for its proxy)
        port=_port(get("PORT", "3978"), faults),
        database_url=get("DATABASE_URL", "sqlite:///var/positive-challenge.db"),
        procedure=get("PROCEDURE"),
        operator_email=get("OPERATOR_EMAIL"),
        digest_at=get("DIGEST_AT", "08:30"),
        smtp_url=get("SMTP_URL"),
        sender=get("MAIL_FROM", get("OPERATOR_EMAIL", "-")),
    )
    faults.extend(_faults_in(settings, environment))
    if faults:
        raise FaultySettings(list(dict.fromkeys(faults)))
    return settings


def _port(text: str, faults: list[str]) -> int:
    if text.isdigit() and 0 < int(text) < 65536:
        return int(text)
    faults.append(f"PORT must be a number from 1 to 65535, not “{text}”.")
    return 0


def _faults_in(settings: Settings, environment: Mapping[str, str]) -> list[str]:
    found = []
    if settings.app_type not in TYPES:
        found.append(f"MicrosoftAppType must be one of {', '.join(TYPES)}, not “{settings.app_type}”.")
    if not settings.database_url.startswith(DATABASES):
        found.append("DATABASE_URL must start with sqlite:/// or postgresql://.")
    if not re.fullmatch(r"\d\d:\d\d", settings.digest_at) or not _is_time(settings.digest_at):
        found.append(f"DIGEST_AT must be a time like 08:30, not “{settings.digest_at}”.")
    if settings.operator_email and "@" not in settings.operator_email:
        found.append(f"OPERATOR_EMAIL must be an e-mail address, not “{settings.operator_email}”.")
    if settings.certificate is not None and not settings.certificate.is_file():
        found.append(f"MicrosoftAppCertificateFile: there is no file {settings.certificate}.")
    if settings.smtp_url and not settings.smtp_url.startswith(("smtp://", "smtps://")):
        found.append("SMTP_URL must start with smtp:// or smtps://.")
    zone = environment.get("TIMEZONE", "Europe/London")
    if zone != "Europe/London":
        found.append(f"TIMEZONE can only be Europe/London, not “{zone}”: the law's working days are counted there.")
    return found


def _is_time(text: str) -> bool:
    try:
        time.fromisoformat(text)
    except ValueError:
        return False
    return True
