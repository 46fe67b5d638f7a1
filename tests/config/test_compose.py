"""docker-compose.yml and the Dockerfile: shape, health, and nothing running as root."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml

from config.checks import REQUIRED, REQUIRED_FOR_KIND
from config.settings.base import BASE_DIR

COMPOSE = yaml.safe_load((BASE_DIR / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
DOCKERFILE = (BASE_DIR / "Dockerfile").read_text()
# The keys of the compose specification that we use.
SERVICE_KEYS = {
    "build", "cap_drop", "command", "configs", "depends_on", "deploy", "environment",
    "healthcheck", "image", "init", "networks", "ports", "read_only", "restart", "security_opt",
    "shm_size", "stop_grace_period", "tmpfs", "volumes",
}  # fmt: skip


def test_the_whole_of_navette_is_there() -> None:
    assert SERVICES.keys() == {"proxy", "setup", "web", "worker", "database", "store", "mail"}
    assert SERVICES["web"]["deploy"]["replicas"] == 2
    assert SERVICES["database"]["image"] == "postgres:18"


@pytest.mark.parametrize("name", SERVICES)
def test_service_has_the_shape_of_the_specification(name: str) -> None:
    service = SERVICES[name]

    assert service.keys() <= SERVICE_KEYS
    assert service["image"]
    for other, how in service.get("depends_on", {}).items():
        assert other in SERVICES
        assert how["condition"] in {
            "service_started", "service_healthy", "service_completed_successfully",
        }  # fmt: skip
        if how["condition"] == "service_healthy":
            assert "healthcheck" in SERVICES[other] or SERVICES[other].get("build")
    assert set(service["networks"]) <= COMPOSE["networks"].keys()
    for volume in service.get("volumes", []):
        source = volume.split(":")[0]
        assert source in COMPOSE["volumes"] or (BASE_DIR / source).exists()
    for config in service.get("configs", []):
        assert config["source"] in COMPOSE["configs"]


@pytest.mark.parametrize("name", sorted(SERVICES.keys() - {"setup"}))
def test_service_says_whether_it_is_well(name: str) -> None:
    own = SERVICES[name].get("healthcheck", {}).get("test")

    assert own or (SERVICES[name].get("build") and "HEALTHCHECK" in DOCKERFILE)


def test_compose_needs_no_variable_to_be_read() -> None:
    """`docker compose config` passes on a fresh copy: every variable has a default."""
    text = (BASE_DIR / "docker-compose.yml").read_text()

    assert re.findall(r"\$\{\w+\}|\$\{\w+:?\?", text) == []


def test_every_required_variable_can_be_given() -> None:
    environment = SERVICES["web"]["environment"]
    needed = REQUIRED.keys() | REQUIRED_FOR_KIND["STORAGE_KIND"]["s3"].keys()
    needed |= REQUIRED_FOR_KIND["ARCHIVE_KIND"]["s3"].keys()

    assert needed <= environment.keys()
    assert environment == SERVICES["worker"]["environment"] == SERVICES["setup"]["environment"]


def test_only_the_proxy_and_the_mail_page_are_published() -> None:
    published = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}

    assert published.keys() == {"proxy", "mail"}
    assert all(port.startswith("127.0.0.1:") for port in published["mail"])
    assert COMPOSE["networks"]["back"] == {"internal": True}


def test_image_is_multi_stage_and_not_root() -> None:
    stages = re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)
    final = DOCKERFILE.rpartition("\nFROM ")[2]

    assert len(stages) == 2
    assert re.search(r"^USER navette$", final, re.MULTILINE)
    assert "HEALTHCHECK" in final
    assert "uv sync --frozen --no-dev" in DOCKERFILE


def test_file_named_by_the_image_exist() -> None:
    for name in re.findall(r"deploy/[\w.]+", DOCKERFILE):
        assert (BASE_DIR / name).exists()
