"""`kmqa console` with a provider beside it, over real connections."""

import re
from html import unescape
from pathlib import Path

import httpx
from own_console import ASHA, own_console


def test_somebody_who_was_added_signs_in_over_http(tmp_path: Path) -> None:
    with own_console(tmp_path) as console, httpx.Client(follow_redirects=True) as browser:
        assert "Ministry of Health" in browser.get(f"{console.url}/sign-in").text
        asked = browser.get(f"{console.url}/sign-in/organisation").text
        back = re.search(r'id="go" href="([^"]+)"', asked)
        assert back
        entered = browser.get(unescape(back[1]))
        today = browser.get(f"{console.url}/today")

    assert entered.status_code == 200
    assert "script" not in entered.headers["content-security-policy"]
    assert f"{ASHA}</bdi> · author" in today.text
    said = (tmp_path / "console.log").read_text()
    assert ASHA not in said
