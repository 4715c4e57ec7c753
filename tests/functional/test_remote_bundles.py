"""Bundles over S3: a real server (moto) on this machine, real s3fs, the real commands."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import fsspec
import httpx
import process_harness
import pytest
from pushing import NOW, cut_short_by, write_source

from kmqa.cli import main
from kmqa.errors import BundleCorrupt, BundleError
from kmqa.index import bundle, remote, store, withholding
from kmqa.runtime import pulling

ASK = {"text": "depo client is 3 weeks late"}
ALLOWED = {"authorization": f"Bearer {process_harness.KEY}"}


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """Address of an S3 server that forgets all when it ends."""
    port = process_harness.free_port()
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:  # noqa: S603 - our own tool
        address = f"http://127.0.0.1:{port}"
        process_harness.wait_for(f"{address}/moto-api/")
        yield address
        process.terminate()


@pytest.fixture
def url(server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A folder in a bucket of its own, with the environment in which s3fs finds it."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", server)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "moto")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "moto")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    fsspec.filesystem("s3").clear_instance_cache()
    bucket = tmp_path.name.replace("_", "-").lower().strip("-")[:50]
    fsspec.filesystem("s3").mkdir(bucket)
    return f"s3://{bucket}/bundles"


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return write_source(tmp_path)


def _push(index: Path, url: str, *options: str) -> None:
    assert main(["push", url, "--index", str(index), *options]) == 0


def _break(path: str) -> None:
    """One byte of a file at the server changes."""
    files = fsspec.filesystem("s3")
    content = bytearray(files.cat_file(path))
    content[len(content) // 2] ^= 1
    files.pipe_file(path, bytes(content))


def test_what_is_pushed_is_what_is_pulled(
    source: Path, url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    withholding.withhold(source, "pill-late", "Bilal: wrong dose")
    _push(source, url)

    assert f"aaaa is live at {url}" in capsys.readouterr().out
    assert remote.pull_live(url, tmp_path / "index", NOW) == "aaaa"
    assert bundle.verify(tmp_path / "index" / "aaaa") == bundle.verify(source / "aaaa")
    assert set(withholding.read_withheld(tmp_path / "index")) == {"pill-late"}


def test_a_second_push_uploads_nothing_unless_told_to(
    source: Path, url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    _push(source, url)
    capsys.readouterr()
    _push(source, url)
    second = capsys.readouterr().out
    _push(source, url, "--again")

    assert "(was there)" in second
    assert "MB)" in capsys.readouterr().out


def test_a_changed_byte_is_refused_and_the_old_bundle_stays(
    source: Path, url: str, tmp_path: Path
) -> None:
    index = tmp_path / "index"
    _push(source, url)
    remote.pull_live(url, index, NOW)
    store.publish(source, "bbbb", NOW)
    _push(source, url)
    _break(f"{url}/bbbb/contents/answers.json")

    with pytest.raises(BundleCorrupt, match="not whole"):
        remote.pull_live(url, index, NOW)
    refused = store.current_id(index)
    _push(source, url, "--again")

    assert refused == "aaaa"
    assert remote.pull_live(url, index, NOW) == "bbbb"


def test_a_push_that_is_cut_short_leaves_the_old_current(
    source: Path, url: str, tmp_path: Path
) -> None:
    """The net breaks after some files are there."""
    _push(source, url)
    store.publish(source, "bbbb", NOW)
    with pytest.raises(BundleError):
        remote.push_live(source, url, cut_short_by(ConnectionError))

    files = fsspec.filesystem("s3")
    files.invalidate_cache()
    assert files.find(f"{url}/bbbb")
    assert files.cat_file(f"{url}/CURRENT") == b"aaaa\n"
    assert remote.pull_live(url, tmp_path / "index", NOW) == "aaaa"


def test_a_process_follows_the_url(source: Path, url: str, tmp_path: Path) -> None:
    """As `kmqa serve` does, only with less patience between looks."""
    index = tmp_path / "index"
    _push(source, url)
    with pulling.follow_remote(url, index, every=0.05):
        first = store.current_id(index)
        store.publish(source, "bbbb", NOW)
        _push(source, url)
        process_harness.wait_until(lambda: store.current_id(index) == "bbbb", "the new bundle")
        withholding.withhold(source, "pill-late", "Bilal: wrong dose")
        _push(source, url)
        process_harness.wait_until(
            lambda: set(withholding.read_withheld(index)) == {"pill-late"}, "the stop"
        )

    assert first == "aaaa"


def test_a_missing_bucket_is_one_clear_line(
    source: Path, url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert url
    assert main(["push", "s3://no-such-bucket/bundles", "--index", str(source)]) == 13
    assert "a push makes no bucket" in capsys.readouterr().err


def test_a_server_that_is_gone_is_one_clear_line(
    source: Path, url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{process_harness.free_port()}")
    fsspec.filesystem("s3").clear_instance_cache()

    assert main(["push", url, "--index", str(source)]) == 13
    assert "Check the URL, the credentials and the network" in capsys.readouterr().err


def test_without_s3fs_the_error_names_the_command_that_installs_it(
    source: Path, tmp_path: Path
) -> None:
    """A folder with a broken `s3fs` stands first in the path, as if there were none."""
    (tmp_path / "without").mkdir()
    (tmp_path / "without" / "s3fs.py").write_text("raise ImportError('no s3fs')\n")
    paths = [str(tmp_path / "without"), os.environ.get("PYTHONPATH", "")]
    command = [sys.executable, "-m", "kmqa", "push", "s3://bucket/b", "--index", str(source)]
    done = subprocess.run(  # noqa: S603 - our own program
        command,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(paths)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 10
    assert 'pip install "kmqa[s3]"' in done.stderr


def test_a_service_with_an_empty_folder_answers_from_the_url(
    home: Path, url: str, tmp_path: Path
) -> None:
    _push(home / "index", url)

    with process_harness.start_service(tmp_path / "index", KMQA_BUNDLES_URL=url) as running:
        running.start_web()
        address = f"http://127.0.0.1:{running.web_port}"
        ready = httpx.get(f"{address}/readyz").json()
        answer = httpx.post(f"{address}/api/v1/ask", json=ASK, headers=ALLOWED, timeout=30).json()
        shown = httpx.get(f"{address}/metrics").text

    assert ready["bundle_id"] == store.current_id(home / "index")
    assert answer["text"].startswith("You can still give it up to 4 weeks")
    assert "kmqa_bundles_pulled_timestamp_seconds" in shown
