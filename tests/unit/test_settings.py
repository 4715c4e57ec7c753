"""What the environment may say."""

import pytest

from kmqa.errors import SettingsError
from kmqa.settings import read_settings


@pytest.mark.parametrize("value", ["*", "10.0.0.1/8", "proxy.example.org", "127.0.0.1;10.0.0.1"])
def test_a_proxy_that_could_not_be_recognised_is_refused(
    monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    """It would be taken for a name that nobody has, or for everybody."""
    monkeypatch.setenv("KMQA_FORWARDED_ALLOW_IPS", value)
    read_settings.cache_clear()

    with pytest.raises(SettingsError, match="KMQA_FORWARDED_ALLOW_IPS") as caught:
        read_settings()

    assert "10.0.0.0/8" in str(caught.value)
    read_settings.cache_clear()
