"""Names for type hints, at no cost: `typing` takes as long to import as `socket`."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable as Callable
    from collections.abc import Container as Container
    from collections.abc import Iterable as Iterable
    from types import FrameType as FrameType
    from types import TracebackType as TracebackType
    from typing import Any as Any
    from typing import NoReturn as NoReturn

    Check = Callable[[float | None], bool]
else:
    Any = Callable = Check = Container = Iterable = NoReturn = None
    FrameType = TracebackType = None
