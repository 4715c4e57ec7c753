"""What a module of `kmqa.console.pages` exports so that its page is found, guarded and listed."""

import importlib
import pkgutil
from collections.abc import Iterable
from dataclasses import dataclass

from fastapi import APIRouter

from kmqa.console import pages
from kmqa.console.messages import Message
from kmqa.console.rights import Right


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page of the console.

    Attributes:
        name: First part of its addresses, and what the navigation marks as open.
        label: What the navigation calls it; None for a page that is not in it.
        order: Place in the navigation; lower comes first.
        right: What a role must have to see it in the navigation. Each route says its own.
        router: Its routes.
    """

    name: str
    router: APIRouter
    order: int = 0
    label: Message | None = None
    right: Right = "read"


def find_pages(also: Iterable[str] = ()) -> tuple[Page, ...]:
    """Return the `PAGE` of every module of `kmqa.console.pages`, in their order.

    Args:
        also: Full names of further modules, such as those that content kinds name.

    Raises:
        TypeError: A module exports no page, or two pages have one name.
    """
    names = [f"{pages.__name__}.{module.name}" for module in pkgutil.iter_modules(pages.__path__)]
    found = [_page_of(name) for name in dict.fromkeys([*names, *also])]
    if len({page.name for page in found}) < len(found):
        raise TypeError("two pages of the console have one name")
    return tuple(sorted(found, key=lambda page: (page.order, page.name)))


def _page_of(module: str) -> Page:
    page = getattr(importlib.import_module(module), "PAGE", None)
    if not isinstance(page, Page):
        raise TypeError(f"{module} exports no PAGE")
    return page
