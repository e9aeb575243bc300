"""Every setting, read once from the environment, with all faults named together."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import time
from email.utils import parseaddr
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

TYPES = ("SingleTenant", "UserAssignedMSI")
DATABASE = "sqlite:///var/positive-challenge.db"
EVERYWHERE = "0.0.0.0"  # noqa: S104  # nosec B104  # a container listens for its proxy
_DATABASES = ("sqlite:///", "postgresql://", "postgresql+psycopg://")
HEADS = "var/trail-heads.txt"
ERASURES = "var/erasures.jsonl"
MAKE_TRAIL_KEY = "make it with `app.py trail new-key`"
MAKE_WORDS_KEY = "make it with `app.py words new-key`"
_NEVER_QUOTED = frozenset(
    {"DATABASE_URL", "MicrosoftAppId", "MicrosoftAppTenantId", "MicrosoftAppCertificateFile", "MicrosoftAppType"}
)
"""Settings that hold a secret, or into whose place one slips easily: what is said of them goes to a screen or a log."""
_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)

Environment = Mapping[str, str]


class FaultySettings(Exception):
    """The settings can't be used."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = faults
        super().__init__("\n".join(["The settings can't be used:", *(f"  {fault}" for fault in faults)]))


@dataclass(frozen=True, kw_only=True)
class Basis:
    """What every command needs that works with the record."""

    database_url: str = field(repr=False)
    procedure: str
    operator_email: str
    digest_at: str
    calendars: Path | None
    """Folder with the published lists of bank holidays; None: those that come with the program."""
    public_url: str
    trail_key: Path
    """The key that signs the heads of the record's log."""
    words_key: Path
    """The key that seals what people wrote."""
    heads_file: Path
    """Where the signed heads are kept, outside the database."""
    erasures_file: Path
    """Where it is noted what was erased, outside the database."""
    auditor_email: str


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What `serve` needs to know besides. See `docs/operations.md` for each."""

    basis: Basis
    app_id: str
    app_password: str = field(repr=False)
    app_type: str
    tenant: str
    certificate: Path | None
    host: str
    port: int
    smtp_url: str = field(repr=False)
    sender: str
    metrics_token: str
    """What a caller of `/metrics` must bear; empty: the route isn't offered."""


class _Reader:
    """Takes settings out of the environment and collects what is wrong with them."""

    def __init__(self, environment: Environment) -> None:
        self._environment = environment
        self.faults: list[str] = []

    def get(self, name: str, default: str | None = None) -> str:
        value = self._environment.get(name, "").strip() or default
        if value is None:
            self.faults.append(f"{name} is missing.")
        return value or ""

    def checked(self, name: str, default: str | None, good: Callable[[str], object], must: str) -> str:
        value = self.get(name, default)
        if not value or good(value):
            return value
        self.faults.append(
            f"{name} must be {must}." if name in _NEVER_QUOTED else f"{name} must be {must}, not “{value}”."
        )
        return default or ""

    def done(self) -> None:
        if self.faults:
            raise FaultySettings(self.faults)


def read_database_url(environment: Environment) -> str:
    """Where the record is kept. Raises `FaultySettings`."""
    reader = _Reader(environment)
    url = _database_url(reader)
    reader.done()
    return url


def read_erasures_file(environment: Environment) -> Path:
    """Where it is noted what was erased, outside the database."""
    return Path(_Reader(environment).get("ERASURES_FILE", ERASURES))


@dataclass(frozen=True, kw_only=True)
class Keys:
    """What is needed to check the record; a key that isn't there leaves a part unchecked, which is then said."""

    trail_key: Path | None
    words_key: Path | None


def read_keys(environment: Environment) -> Keys:
    """The files with the keys, where the settings name some. Raises `FaultySettings`."""
    reader = _Reader(environment)
    files = [reader.checked(name, "", _is_file, "a file") for name in ("TRAIL_KEY_FILE", "WORDS_KEY_FILE")]
    reader.done()
    trail_key, words_key = (Path(file) if file else None for file in files)
    return Keys(trail_key=trail_key, words_key=words_key)


def read_basis(environment: Environment) -> Basis:
    """What is needed to work with the record, without the bot's registration. Raises `FaultySettings`."""
    reader = _Reader(environment)
    basis = _basis(reader)
    reader.done()
    return basis


def read_settings(environment: Environment) -> Settings:
    """The settings of `serve`. Raises `FaultySettings` with every fault."""
    reader = _Reader(environment)
    app_type = reader.checked("MicrosoftAppType", "SingleTenant", TYPES.__contains__, f"one of {', '.join(TYPES)}")
    certificate = reader.checked("MicrosoftAppCertificateFile", "", _is_pem, "a PEM file with key and certificate")
    basis = _basis(reader)
    needs_secret = app_type == "SingleTenant" and not reader.get("MicrosoftAppCertificateFile", "")
    settings = Settings(
        basis=basis,
        app_id=reader.checked("MicrosoftAppId", None, _GUID.fullmatch, "the id of an Azure Bot registration"),
        app_password=reader.get("MicrosoftAppPassword", None if needs_secret else ""),
        app_type=app_type,
        tenant=reader.checked("MicrosoftAppTenantId", None, _GUID.fullmatch, "the id of an Entra tenant"),
        certificate=Path(certificate) if certificate else None,
        host=reader.get("HOST", EVERYWHERE),
        port=int(reader.checked("PORT", "3978", _is_port, "a number from 1 to 65535")),
        smtp_url=_smtp_url(reader),
        sender=reader.checked("MAIL_FROM", "", _is_address, "an e-mail address") or basis.operator_email,
        metrics_token=_metrics_token(reader),
    )
    reader.done()
    return settings


def _basis(reader: _Reader) -> Basis:
    zone = reader.get("TIMEZONE", "Europe/London")
    if zone != "Europe/London":
        reader.faults.append(f"TIMEZONE can only be Europe/London: working days are counted there, not in “{zone}”.")
    lists = "a folder with the three lists bank-holidays-….csv, each with a header"
    calendars = reader.checked("CALENDARS", "", _has_lists, lists)
    return Basis(
        database_url=_database_url(reader),
        procedure=reader.get("PROCEDURE"),
        operator_email=reader.checked("OPERATOR_EMAIL", None, _is_address, "an e-mail address"),
        digest_at=reader.checked("DIGEST_AT", "08:30", _is_time, "a time like 08:30"),
        calendars=Path(calendars) if calendars else None,
        public_url=reader.checked("PUBLIC_URL", "", _is_https, "like https://bot.council.gov.uk").rstrip("/"),
        trail_key=Path(reader.checked("TRAIL_KEY_FILE", None, _is_file, f"a file; {MAKE_TRAIL_KEY}")),
        words_key=Path(reader.checked("WORDS_KEY_FILE", None, _is_file, f"a file; {MAKE_WORDS_KEY}")),
        heads_file=Path(reader.get("TRAIL_HEADS_FILE", HEADS)),
        erasures_file=Path(reader.get("ERASURES_FILE", ERASURES)),
        auditor_email=reader.checked("AUDITOR_EMAIL", "", _is_address, "an e-mail address"),
    )


def _database_url(reader: _Reader) -> str:
    must = "like sqlite:///FILE or postgresql://user:password@host/name, special characters of the password as %40"
    return reader.checked("DATABASE_URL", DATABASE, _is_database, must)


def _smtp_url(reader: _Reader) -> str:
    """The value holds a password, so a fault never quotes it."""
    url = reader.get("SMTP_URL")
    parts = _parts(url)
    if parts is None or (url and (parts.scheme not in ("smtp", "smtps") or not parts.hostname)):
        reader.faults.append("SMTP_URL must be like smtp://user:password@host:587 or smtps://….")
    elif bool(parts.username) != bool(parts.password):
        reader.faults.append("SMTP_URL needs both a user and a password, or neither.")
    return url


def _metrics_token(reader: _Reader) -> str:
    """The value is a secret, so a fault never quotes it."""
    token = reader.get("METRICS_TOKEN", "")
    if token and not re.fullmatch(r"[!-~]{16,}", token):
        reader.faults.append("METRICS_TOKEN must be at least 16 letters, digits and signs, without spaces.")
    return token


def _parts(url: str) -> SplitResult | None:
    """None where it can't be read; the reason why would quote it."""
    try:
        parts = urlsplit(url)
        return parts if parts.port != 0 else None
    except ValueError:
        return None


def _is_database(url: str) -> bool:
    """Of a password with an @ in it, everything behind that would be taken for the host, and be said in errors."""
    parts = _parts(url)
    return url.startswith(_DATABASES) and parts is not None and parts.netloc.count("@") < 2


def _is_https(text: str) -> bool:
    parts = _parts(text)
    return (
        parts is not None and parts.scheme == "https" and bool(parts.hostname) and not re.search(r"[\s()<>\[\]]", text)
    )


def _is_file(name: str) -> bool:
    return Path(name).is_file()


def _is_port(text: str) -> bool:
    return text.isascii() and text.isdigit() and 0 < int(text) < 65536


def _is_address(text: str) -> bool:
    return bool(re.fullmatch(r"[^@\s]+@[^@\s]+", parseaddr(text)[1]))


def _is_pem(name: str) -> bool:
    file = Path(name)
    return file.is_file() and {b"PRIVATE KEY", b"CERTIFICATE"} <= set(
        re.findall(rb"BEGIN (?:[A-Z]+ )?(PRIVATE KEY|CERTIFICATE)", file.read_bytes())
    )


def _has_lists(name: str) -> bool:
    nations = ("england-and-wales", "scotland", "northern-ireland")
    files = [Path(name) / f"bank-holidays-{nation}.csv" for nation in nations]
    return all(file.is_file() and file.read_bytes().startswith(b"date,title,notes") for file in files)


def _is_time(text: str) -> bool:
    try:
        time.fromisoformat(text)
    except ValueError:
        return False
    return bool(re.fullmatch(r"\d\d:\d\d", text))
