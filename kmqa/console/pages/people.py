"""Who may work here, and as what."""

from fastapi import APIRouter, HTTPException, Request, Response

from kmqa.console.web import Web
from kmqa.state import accounts


def routes(web: Web) -> APIRouter:
    """The routes of this page."""
    router = APIRouter()
    desk = web.desk

    @router.get("/people")
    async def listed(request: Request) -> Response:
        """Every user."""
        web.user(request, "manage")
        with desk.database.reading() as connection:
            users = accounts.listed(connection)
        return web.page(request, "people", users=users, roles=accounts.ROLES, password="")

    @router.post("/people")
    async def changed(request: Request) -> Response:
        """A user is added or changed."""
        user, form = await web.form(request, "manage")
        name, action = str(form.get("name", "")), str(form.get("action", ""))
        role = next((one for one in accounts.ROLES if one == form.get("role")), None)
        password = ""
        with desk.database.writing() as connection:
            if action == "add" and role:
                password = accounts.add(connection, name, role, desk.clock())
            elif action == "role" and role and name != user.name:
                accounts.change(connection, name, role=role)
            elif action in {"disable", "enable"} and name != user.name:
                accounts.change(connection, name, is_active=action == "enable")
            else:
                raise HTTPException(422, "problem")
            users = accounts.listed(connection)
        return web.page(
            request, "people", users=users, roles=accounts.ROLES, password=password, added=name
        )

    return router
