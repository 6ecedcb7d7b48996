"""One schema, two engines: jsonschema-rs decides, jsonschema (the reference) gives the detail."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from kb_builder.model.dates import parse_date, parse_timestamp
from kb_builder.schema.patterns import compile_pattern

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError
    from jsonschema.protocols import Validator

FORMATS: Mapping[str, Callable[[str], bool]] = {
    "date": lambda text: parse_date(text) is not None,
    "date-time": lambda text: parse_timestamp(text) is not None,
}


class SchemaValidator:
    """A compiled schema. Both engines use the same functions for formats, so that they agree."""

    def __init__(self, schema: Mapping[str, Any]) -> None:
        self.schema = schema

    @cached_property
    def _fast(self) -> Any:
        import jsonschema_rs

        return jsonschema_rs.Draft202012Validator(dict(self.schema), validate_formats=True, formats=dict(FORMATS))

    @cached_property
    def _detailed(self) -> Validator:
        from jsonschema import Draft202012Validator, FormatChecker
        from jsonschema.exceptions import ValidationError
        from jsonschema.validators import extend

        def pattern(_validator: Validator, expression: str, value: Any, _schema: Any) -> Iterator[ValidationError]:
            if isinstance(value, str) and not compile_pattern(expression).search(value):
                yield ValidationError(f"{value!r} does not match {expression!r}")

        checker = FormatChecker(formats=())
        for name, test in FORMATS.items():
            checker.checks(name)(lambda value, test=test: not isinstance(value, str) or test(value))
        cls = extend(Draft202012Validator, {"pattern": pattern})  # type: ignore[no-untyped-call]
        validator: Validator = cls(dict(self.schema), format_checker=checker)
        return validator

    def is_valid(self, value: Any) -> bool:
        """Whether the value meets the schema, decided by the fast engine."""
        valid: bool = self._fast.is_valid(value)
        return valid

    def errors(self, value: Any) -> list[ValidationError]:
        """Return every error of the reference engine, in the order of the value's fields."""
        found = list(self._detailed.iter_errors(value))
        for error in found:
            self._complete(error)
        return sorted(found, key=lambda error: [str(part) for part in error.absolute_path])

    def _complete(self, error: ValidationError) -> None:
        """Put into the error's part of the schema what stands elsewhere in it and a message wants to name."""
        part = error.schema
        if not isinstance(part, dict):
            return
        if error.validator == "required" and not error.absolute_path:
            # A `then` knows only names of fields, not what they mean.
            error.schema = {"properties": self.schema.get("properties", {}), **part}
        items = part.get("items")
        if error.validator == "type" and isinstance(items, dict) and "$ref" in items:
            name = str(items["$ref"]).removeprefix("#/$defs/")
            error.schema = {**part, "items": self.schema.get("$defs", {}).get(name, {})}
        for each in error.context or ():
            self._complete(each)
