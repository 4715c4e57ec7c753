"""What stands in the Dockerfile, the compose file and the docs is there in the code."""

import re
from pathlib import Path

import pytest
import yaml
from pydantic import SecretStr

from kmqa.console import body_limits
from kmqa.runtime import app, webhook
from kmqa.runtime.connections import ConnectionLimits
from kmqa.settings import Settings

ROOT = Path(__file__).parents[2]
FILES = [
    "README.md",
    "Dockerfile",
    "compose.yaml",
    *(f"docs/{p.name}" for p in (ROOT / "docs").glob("*.md")),
]
KNOWN = {f"KMQA_{name.upper()}" for name in Settings.model_fields}


@pytest.mark.parametrize("name", FILES)
def test_every_setting_that_is_named_exists(name: str) -> None:
    named = set(re.findall(r"KMQA_[A-Z_]+[A-Z]", (ROOT / name).read_text()))

    assert named <= KNOWN


def test_every_setting_has_a_row_of_its_own_with_its_default() -> None:
    rows = dict(_setting_rows())

    assert rows.keys() == KNOWN
    for name, field in Settings.model_fields.items():
        assert rows[f"KMQA_{name.upper()}"] == _shown(field.default), name


def _setting_rows() -> list[tuple[str, str]]:
    """Name and default of each row of the page of settings."""
    page = (ROOT / "docs" / "settings.md").read_text()
    return re.findall(r"^\| `(KMQA_[A-Z_]+)` \| ([^|]+?) \|", page, flags=re.MULTILINE)


def _shown(default: object) -> str:
    """A default as the page shows it."""
    value = default.get_secret_value() if isinstance(default, SecretStr) else default
    if value is None:
        return "what the model wants"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    return f"`{value:g}`" if isinstance(value, float) else f"`{value}`" if value != "" else "empty"


def test_each_cell_of_a_table_in_the_readme_names_one_command() -> None:
    rows = [
        line for line in (ROOT / "README.md").read_text().splitlines() if line.startswith("| `")
    ]

    assert rows
    assert [row for row in rows if row.count("`kmqa ") != 1] == []


def test_the_image_runs_as_nobody_special_and_holds_no_secret() -> None:
    lines = (ROOT / "Dockerfile").read_text().splitlines()

    assert "USER 10001" in lines
    assert any(line.startswith("HEALTHCHECK") for line in lines)
    assert not any(re.search(r"(TOKEN|SECRET|PEPPER|KEYS)=", line) for line in lines)
    for copied in (
        line.split()[1:-1] for line in lines if line.startswith("COPY") and "--" not in line
    ):
        assert all((ROOT / path).exists() for path in copied)


def test_the_compose_file_runs_commands_that_exist() -> None:
    services = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]

    assert set(services) == {"database", "web", "worker", "console", "proxy"}
    assert services["proxy"]["profiles"] == ["proxy"]  # only where somebody asks for it
    assert services["worker"]["command"] == ["kmqa", "serve", "--role", "worker"]
    for name in ("web", "worker", "console"):
        assert services[name]["depends_on"]["database"]["condition"] == "service_healthy"
        assert all(
            ":" in port and port.startswith("127.0.0.1") for port in services[name].get("ports", ())
        )


SECRETS_OF = {
    "web": {"KMQA_PEPPER", "KMQA_WHATSAPP_APP_SECRET", "KMQA_WHATSAPP_VERIFY_TOKEN"},
    "worker": {"KMQA_PEPPER", "KMQA_WHATSAPP_ACCESS_TOKEN"},
    "console": {"KMQA_PEPPER", "KMQA_OIDC_CLIENT_SECRET"},
}


@pytest.mark.parametrize("name", SECRETS_OF)
def test_each_service_gets_only_the_secrets_that_it_needs_and_no_rights(name: str) -> None:
    service = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"][name]

    given = {key for key in service["environment"] if re.search(r"(TOKEN|SECRET|PEPPER)$", key)}
    assert given == SECRETS_OF[name]
    assert "env_file" not in service
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["mem_limit"]
    assert service["pids_limit"]


def test_the_proxy_lets_no_larger_body_and_no_more_headers_pass_than_the_service() -> None:
    """Where the two disagree, what one refuses would be said in the words of the other."""
    config = (ROOT / "deploy" / "nginx.conf").read_text()
    sizes = re.findall(r"client_max_body_size (\d+)([km]);", config)
    bodies = [int(n) * {"k": 2**10, "m": 2**20}[unit] for n, unit in sizes]
    count, buffer = re.findall(r"large_client_header_buffers (\d+) (\d+)k;", config)[0]

    assert bodies[:2] == [app._MOST_BYTES, webhook.MOST_BYTES]
    assert bodies[2] >= body_limits.MOST_FILE
    assert int(count) * int(buffer) * 2**10 <= ConnectionLimits().head_bytes
    assert f"limit_conn connections {ConnectionLimits().most_of_one};" in config
    assert "proxy_request_buffering on;" in config


def test_the_proxy_keeps_inside_what_strangers_need_not_see() -> None:
    places = re.findall(r"location (?:= )?(/\S*)", (ROOT / "deploy" / "nginx.conf").read_text())

    assert places == ["/webhooks/whatsapp", "/api/", "/chat/", "/healthz", "/", "/"]


@pytest.mark.parametrize("name", ["web", "worker"])
def test_what_serves_sees_no_content_and_cannot_change_a_bundle(name: str) -> None:
    volumes = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"][name]["volumes"]

    assert volumes == ["./index:/data/index:ro"]


@pytest.mark.parametrize("name", [".gitignore", ".dockerignore"])
def test_files_with_secrets_are_ignored(name: str) -> None:
    assert {".env", ".env.*"} <= set((ROOT / name).read_text().splitlines())


def test_no_example_makes_a_new_pepper_for_each_shell() -> None:
    """People who said stop would be written to again."""
    for page in (ROOT / "docs").glob("*.md"):
        assert not re.search(r"PEPPER=\$\(openssl", page.read_text()), page.name


@pytest.mark.parametrize("name", ["Makefile", "Dockerfile"])
def test_what_is_locked_is_installed_without_being_resolved_anew(name: str) -> None:
    installs = [
        line for line in (ROOT / name).read_text().splitlines() if "--require-hashes" in line
    ]

    assert installs
    assert all("--no-deps" in line for line in installs)
