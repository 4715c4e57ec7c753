"""Pages of a long list: a page that exists, how many there are, and what stands on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Paging:
    """One page of a list of which the length is known.

    Attributes:
        n_items: Length of the whole list.
        size: Items on a page, at least 1.
        asked: Number of the page that somebody asked for; any number.
    """

    n_items: int
    size: int
    asked: int = 1

    @property
    def n_pages(self) -> int:
        """Return how many pages there are, at least one."""
        return max(1, -(-self.n_items // self.size))

    @property
    def number(self) -> int:
        """Return the number of the page that is shown, from 1: the nearest one that exists."""
        return min(max(self.asked, 1), self.n_pages)

    @property
    def n_before(self) -> int:
        """Return how many items stand on the pages before."""
        return (self.number - 1) * self.size

    def cut(self, items: Sequence[Item]) -> Sequence[Item]:
        """Return those of the whole list that stand on this page."""
        return items[self.n_before : self.n_before + self.size]
