"""How common languages are in a country, by Unicode CLDR as Babel brings it along."""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

from babel import languages

_OFFICIAL = {"official": 1.0, "de_facto_official": 1.0, "official_regional": 0.3}
_SHARE = 0.5  # of a language's weight that comes from how many speak it, the rest from its rank


@cache
def weigh_languages(country: str) -> Mapping[str, float]:
    """Return the weight of each language of `country` in (0, 1]; none where it is unknown."""
    known = languages.get_territory_language_info(country)
    weights = {code: _weight_of(facts) for code, facts in known.items()}
    return MappingProxyType({code: weight for code, weight in weights.items() if weight})


def _weight_of(facts: Mapping[str, Any]) -> float:
    rank = _OFFICIAL.get(facts["official_status"], 0.0)
    return _SHARE * float(facts["population_percent"]) / 100 + (1 - _SHARE) * rank
