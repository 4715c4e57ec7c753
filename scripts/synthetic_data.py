"""Sentences about nothing, put together from common words: for data of a wanted size.

No person, organisation or medical fact stands in them. The same seed gives the same sentences.
"""

import random
from collections.abc import Mapping
from dataclasses import dataclass

LANGUAGES = ("en", "fr", "es", "ur")


@dataclass(frozen=True, slots=True)
class _Words:
    """What sentences of one language are made of; `{t}` is a thing, `{p}` a place."""

    openings: tuple[str, ...]
    things: tuple[str, ...]
    kinds: tuple[str, ...]
    places: tuple[str, ...]
    statement: str


_WORDS: Mapping[str, _Words] = {
    "en": _Words(
        (
            "how long does the {t} keep {p}", "where do I put the {t} {p}",
            "can the {t} stay {p}", "what if the {t} gets wet {p}", "why is the {t} heavy {p}",
            "{t} {p} what now", "who may move the {t} {p}", "is a {t} needed {p}",
        ),
        tuple("lamp basket rope bucket ladder mirror blanket kettle drum bench candle wheel hammer "
              "bottle fence broom pillow shovel curtain wagon".split()),
        tuple("blue round wooden old long small heavy painted folded yellow narrow empty".split()),
        (
            "near the river", "after the rain", "in the yard", "under the roof", "at the market",
            "beside the road", "on the hill", "before sunset", "behind the school",
            "in the cold season", "at the well", "by the gate",
        ),
        "Keep the {t} {p}. Look at it once a week.",
    ),
    "fr": _Words(
        (
            "combien de temps garder la {t} {p}", "où mettre la {t} {p}",
            "la {t} peut rester {p}", "que faire si la {t} est mouillée {p}",
            "pourquoi la {t} est lourde {p}", "la {t} {p} que faire",
        ),
        tuple("lampe corde échelle couverture bouteille roue pelle chaise table boîte porte "
              "brouette".split()),
        tuple("bleue ronde vieille longue petite peinte jaune étroite vide lourde".split()),
        (
            "près de la rivière", "après la pluie", "dans la cour", "sous le toit", "au marché",
            "au bord de la route", "sur la colline", "derrière l'école",
        ),
        "Gardez la {t} {p}. Regardez-la une fois par semaine.",
    ),
    "es": _Words(
        (
            "cuánto tiempo dura la {t} {p}", "dónde pongo la {t} {p}",
            "la {t} puede quedarse {p}", "qué pasa si la {t} se moja {p}",
            "por qué pesa la {t} {p}", "la {t} {p} y ahora qué",
        ),
        tuple("lámpara cuerda escalera manta botella rueda pala silla mesa caja puerta "
              "carretilla".split()),
        tuple("azul redonda vieja larga pequeña pintada amarilla estrecha vacía pesada".split()),
        (
            "cerca del río", "después de la lluvia", "en el patio", "bajo el techo",
            "en el mercado", "junto al camino", "en la colina", "detrás de la escuela",
        ),
        "Guarde la {t} {p}. Mírela una vez por semana.",
    ),
    "ur": _Words(
        (
            "{p} {t} کتنی دیر رہتی ہے", "{p} {t} کہاں رکھوں", "کیا {t} {p} رہ سکتی ہے",
            "{p} {t} گیلی ہو جائے تو کیا کریں", "{p} {t} بھاری کیوں ہے",
        ),
        tuple("بتی رسی سیڑھی چادر بوتل میز کرسی بالٹی ٹوکری گاڑی".split()),
        tuple("نیلی گول پرانی لمبی چھوٹی پیلی خالی بھاری".split()),
        (
            "دریا کے پاس", "بارش کے بعد", "صحن میں", "چھت کے نیچے", "بازار میں", "سڑک کے کنارے",
            "پہاڑی پر", "اسکول کے پیچھے",
        ),
        "{t} کو {p} رکھیں۔ ہفتے میں ایک بار دیکھیں۔",
    ),
}  # fmt: skip


def _fill(pattern: str, chance: random.Random, language: str) -> str:
    words = _WORDS[language]
    thing, kind = chance.choice(words.things), chance.choice(words.kinds)
    named = f"{kind} {thing}" if language in {"en", "ur"} else f"{thing} {kind}"
    return pattern.format(t=named, p=chance.choice(words.places))


def question(chance: random.Random, language: str) -> str:
    """Return a question as somebody might type it; now and then with a slip of the finger."""
    typed = _fill(chance.choice(_WORDS[language].openings), chance, language)
    if chance.random() < 0.2 and len(typed) > 8:
        place = chance.randrange(2, len(typed) - 2)
        typed = typed[:place] + typed[place + 1] + typed[place] + typed[place + 2 :]
    return typed


def paragraph(chance: random.Random, language: str, n_sentences: int = 4) -> str:
    """Return some statements in a row."""
    pattern = _WORDS[language].statement
    return " ".join(_fill(pattern, chance, language) for _ in range(n_sentences))


def title(chance: random.Random, language: str) -> str:
    """Return a few words that name a thing and a place."""
    named = _fill("{t} {p}", chance, language)
    return named[:1].upper() + named[1:]
