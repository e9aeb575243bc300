"""Settings are read once, and everything wrong with them is said at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.settings import DATABASE, FaultySettings, read_basis, read_settings

GOOD = {
    "MicrosoftAppId": "11111111-2222-4333-8444-555555555555",
    "MicrosoftAppPassword": "secret",
    "MicrosoftAppTenantId": "99999999-8888-4777-8666-555555555555",
    "PROCEDURE": "lincolnshire",
    "OPERATOR_EMAIL": "operator@council.example",
    "SMTP_URL": "smtp://mail.council.example:25",
    "TRAIL_KEY_FILE": __file__,
    "WORDS_KEY_FILE": __file__,
}


def faults(**changes: str) -> list[str]:
    with pytest.raises(FaultySettings) as caught:
        read_settings({**GOOD, **changes})
    return caught.value.faults


def test_what_is_not_said_has_its_default() -> None:
    settings = read_settings(GOOD)
    assert (settings.host, settings.port, settings.app_type) == ("0.0.0.0", 3978, "SingleTenant")
    assert (settings.basis.database_url, settings.basis.digest_at) == (DATABASE, "08:30")
    assert settings.sender == "operator@council.example"


def test_everything_missing_is_named_together() -> None:
    with pytest.raises(FaultySettings) as caught:
        read_settings({})
    named = {fault.split()[0] for fault in caught.value.faults}
    assert named == set(GOOD)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("PORT", "http", "PORT must be a number from 1 to 65535, not “http”."),
        ("DIGEST_AT", "8.30", "DIGEST_AT must be a time like 08:30, not “8.30”."),
        (
            "PUBLIC_URL",
            "http://bot.example",
            "PUBLIC_URL must be like https://bot.council.gov.uk, not “http://bot.example”.",
        ),
        (
            "CALENDARS",
            "nowhere",
            "CALENDARS must be a folder with the three lists bank-holidays-….csv, each with a header, not “nowhere”.",
        ),
        ("DIGEST_AT", "24:99", "DIGEST_AT must be a time like 08:30, not “24:99”."),
        ("MicrosoftAppId", "our-bot", "MicrosoftAppId must be the id of an Azure Bot registration."),
        (
            "DATABASE_URL",
            "x.db",
            (
                "DATABASE_URL must be like sqlite:///FILE or postgresql://user:password@host/name, "
                "special characters of the password as %40."
            ),
        ),
        (
            "WORDS_KEY_FILE",
            "nowhere",
            "WORDS_KEY_FILE must be a file; make it with `app.py words new-key`, not “nowhere”.",
        ),
        ("AUDITOR_EMAIL", "nobody", "AUDITOR_EMAIL must be an e-mail address, not “nobody”."),
        ("MAIL_FROM", "nobody", "MAIL_FROM must be an e-mail address, not “nobody”."),
        ("SMTP_URL", "smtp://user@host", "SMTP_URL needs both a user and a password, or neither."),
        ("TIMEZONE", "UTC", "TIMEZONE can only be Europe/London: working days are counted there, not in “UTC”."),
    ],
)  # fmt: skip
def test_a_faulty_value_is_quoted_with_what_it_must_be(name: str, value: str, said: str) -> None:
    assert faults(**{name: value}) == [said]


def test_a_faulty_mail_address_never_shows_its_password() -> None:
    assert "hunter2" not in str(faults(SMTP_URL="http://user:hunter2@host"))


@pytest.mark.parametrize("token", ["hunter2", "hunter2 and a few words", "hunter2-hunter2-hunter2-é"])
def test_a_token_for_metrics_that_is_easily_guessed_or_cannot_be_sent_is_refused_and_not_shown(token: str) -> None:
    assert faults(METRICS_TOKEN=token) == [
        "METRICS_TOKEN must be at least 16 letters, digits and signs, without spaces."
    ]


def test_metrics_are_offered_only_where_a_token_is_set() -> None:
    assert read_settings(GOOD).metrics_token == ""
    assert read_settings({**GOOD, "METRICS_TOKEN": "0123456789abcdef"}).metrics_token == "0123456789abcdef"


def test_a_certificate_stands_in_for_the_secret_if_it_is_one(tmp_path: Path) -> None:
    file = tmp_path / "bot.pem"
    file.write_text("not a key")
    changes = {"MicrosoftAppPassword": "", "MicrosoftAppCertificateFile": str(file)}
    assert faults(**changes) == ["MicrosoftAppCertificateFile must be a PEM file with key and certificate."]
    file.write_text("-----BEGIN PRIVATE KEY-----\n-----BEGIN CERTIFICATE-----\n")
    assert read_settings({**GOOD, **changes}).certificate == file


def test_work_on_the_record_needs_no_registration() -> None:
    basis = read_basis(
        {name: GOOD[name] for name in ("PROCEDURE", "OPERATOR_EMAIL", "TRAIL_KEY_FILE", "WORDS_KEY_FILE")}
    )
    assert basis.procedure == "lincolnshire"
