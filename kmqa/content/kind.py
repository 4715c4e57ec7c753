"""What a kind of reviewed content declares, so that nothing else has to know it.

Whatever is read, checked, reviewed, selected, sealed into a bundle or looked up there is done by
code that goes through `kmqa.content.registry`. Every kind goes through the review workflow: author
and reviewer are two people, each step has a line in the audit log, and nothing is served before it
is approved or after its review date.
"""

import dataclasses
import glob
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath
from typing import Any, Generic, TypeVar

from kmqa.content.corpus import Corpus
from kmqa.errors import Problem
from kmqa.messages import ContentRef
from kmqa.records import Extraction, Reviewed

Item = TypeVar("Item", bound=Reviewed)
IsServed = Callable[[ContentRef], bool]

_NAME = re.compile(r"[a-z][a-z0-9_-]*")
_RECORD_FIELDS = ("id", "status", "reviewed_by", "review_by")
_TAKEN_FOLDERS = frozenset(
    {
        "phrases", "tests",  # of a corpus
        "contents", "danger", "encoder", "head", "lexical", "student", "vocabulary",  # of a bundle
    }
)  # fmt: skip
_TAKEN_PARTS = frozenset(
    {
        "settings", "refusals", "phrases", "terms", "wordings", "passages", "policy",
        "document_sizes",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Checking:
    """What a rule may look at.

    Attributes:
        corpus: As read; items may contradict each other.
        extractions: What could be read of each document's PDF that exists, by document id.
        today: Day on which dates are judged.
    """

    corpus: Corpus
    extractions: Mapping[str, Extraction]
    today: date


Rule = Callable[[Checking], Iterable[Problem]]


@dataclass(frozen=True, slots=True)
class Companions:
    """Files that belong to an item beside its YAML: a PDF, an .xlsx, the CSVs of a folder.

    They go into the bundle unaltered, under the path that they have in the corpus.

    Attributes:
        patterns: Their names in the folder of the item's YAML, such as ``{id}.pdf`` or ``*.csv``.
        is_required: Whether `kmqa check` refuses an item without any. A kind whose `pin` says
            itself what is missing has False.
    """

    patterns: tuple[str, ...]
    is_required: bool = True

    def fit(self, item_id: str, name: str) -> bool:
        """Return whether a file called `name`, in the folder of the item's YAML, belongs to it."""
        safe = glob.escape(item_id)  # an id may hold a question mark
        return any(fnmatchcase(name, one.replace("{id}", safe)) for one in self.patterns)


@dataclass(frozen=True, slots=True)
class Table(Generic[Item]):
    """How items are exported as a spreadsheet.

    Attributes:
        columns: Headings.
        rows: Gives the rows of one item, each as wide as `columns`.
    """

    columns: tuple[str, ...]
    rows: Callable[[Item], Iterable[tuple[str, ...]]]


def _cite_nothing(_item: Any) -> Iterable[ContentRef]:  # noqa: ANN401 - an item of any kind
    return ()


def _keep_all(item: Any, _is_served: IsServed) -> Any:  # noqa: ANN401 - an item of any kind
    return item


@dataclass(frozen=True, kw_only=True)
class ContentKind(Generic[Item]):
    """One kind of reviewed content.

    Attributes:
        name: In code and in `kmqa.messages.ContentRef`, such as ``danger_sign``.
        label: What people call one item, in English.
        record: The schema of an item's YAML: a frozen dataclass with `id`, `status`,
            `reviewed_by`, `review_by` and `approval_day`, and where wanted `authored_by` and
            `version`, which the workflow then keeps.
        folder: In the corpus; companions lie under the same name in the bundle.
        file: The item's YAML inside `folder`, from its fields: ``{id}.yaml``,
            ``{topic}/{id}.yaml``, or ``{id}/NAME.yaml`` where an item is a folder of files.
        companions: Files that belong to an item beside its YAML.
        rules: What `kmqa check` asks, beyond the schema and what is asked of every kind.
        cites: What an item rests on; it is not served unless all of that is.
        prune: Takes links to what is not served out of an item that is served without them.
        part: Name of the JSON file in the bundle's ``contents/``; `folder` unless given.
        log_name: How the audit log and `kmqa review` call the kind; `name` unless given.
        approval_day: Field that holds the day of approval.
        pin: Gives an item that is being approved with what it says of the bytes of its companions.
            Without it, the audit log vouches for their bytes as for the item's words.
        page: Full name of the module that exports the kind's `kmqa.console.page.Page`, which the
            console adds to its own; empty where the kind has none.
        table: How items are exported, if they are.
    """

    name: str
    label: str
    record: type[Item]
    folder: str
    file: str = "{id}.yaml"
    companions: Companions | None = None
    rules: tuple[Rule, ...] = ()
    cites: Callable[[Item], Iterable[ContentRef]] = _cite_nothing
    prune: Callable[[Item, IsServed], Item] = _keep_all
    part: str = ""
    log_name: str = ""
    approval_day: str = "approved_on"
    pin: Callable[[Item, Mapping[str, Path]], Item] | None = None
    page: str = ""
    table: Table[Item] | None = None

    def __post_init__(self) -> None:
        # A frozen dataclass sets defaults that depend on other fields in this way only.
        object.__setattr__(self, "part", self.part or self.folder)
        object.__setattr__(self, "log_name", self.log_name or self.name)
        for fault in self._faults():
            message = f'content kind "{self.name}": {fault}'
            raise ValueError(message)

    @property
    def is_folder(self) -> bool:
        """Whether each item has a folder of its own."""
        return self.file.startswith("{id}/")

    @property
    def is_vouched_by_log(self) -> bool:
        """Whether the audit log vouches for the bytes of companions."""
        return self.companions is not None and self.pin is None

    @property
    def has_version(self) -> bool:
        """Whether items count how often they were approved."""
        return "version" in self._fields()

    def path_of(self, item: Item) -> str:
        """Return where the YAML of `item` belongs, relative to the corpus, with forward slashes."""
        named = (name for name in self._fields() if f"{{{name}}}" in self.file)
        fields = {name: str(getattr(item, name)) for name in named}
        return f"{self.folder}/{self.file.format_map(fields)}"

    def select_companions(self, item: Item, names: Iterable[str]) -> tuple[str, ...]:
        """Return those of `names`, paths as of `path_of`, that belong to `item`, sorted."""
        if self.companions is None:
            return ()
        described = PurePosixPath(self.path_of(item))
        found = (PurePosixPath(name) for name in names)
        return tuple(
            sorted(
                path.as_posix()
                for path in found
                if path.parent == described.parent
                and path != described
                and self.companions.fit(item.id, path.name)
            )
        )

    def _fields(self) -> frozenset[str]:
        return frozenset(field.name for field in dataclasses.fields(self.record))  # type: ignore[arg-type]  # `_faults` asks for a dataclass

    def _faults(self) -> Iterable[str]:
        if not dataclasses.is_dataclass(self.record):
            yield f"the record {self.record.__name__} is no dataclass"
            return
        for name in (*_RECORD_FIELDS, self.approval_day):
            if name not in self._fields():
                yield f'the record {self.record.__name__} has no field "{name}"'
        for what, name in (("name", self.name), ("folder", self.folder), ("part", self.part)):
            if not _NAME.fullmatch(name):
                yield f'the {what} "{name}" is not made of small letters, digits, _ and -'
        if self.folder in _TAKEN_FOLDERS or self.part in _TAKEN_PARTS:
            yield f'the folder "{self.folder}" or part "{self.part}" holds something else already'
        is_known_form = self.file.endswith("{id}.yaml") or self.is_folder
        if not is_known_form or not self.file.endswith(".yaml"):
            yield f'the file "{self.file}" is neither "…{{id}}.yaml" nor "{{id}}/….yaml"'
