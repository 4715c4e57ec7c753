"""Fields of a form as texts: one that is missing is empty."""

from starlette.datastructures import FormData


def read_field(form: FormData, name: str) -> str:
    """Return a field as it was sent."""
    return str(form.get(name, ""))


def read_fields(form: FormData) -> dict[str, str]:
    """Return every field; of fields with one name the last."""
    return {str(name): str(value) for name, value in form.multi_items()}


def read_typed_fields(form: FormData) -> dict[str, str]:
    """Return what somebody wrote, so that it is given back with a form that cannot be taken."""
    hidden = {"form_key", "sha256"}
    fields = read_fields(form)
    return {name: value for name, value in fields.items() if value.strip() and name not in hidden}
