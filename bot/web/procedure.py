"""The procedure in force as a page that everybody may read: its flow chart, and the whole of it in plain words.

It is a published text and names nobody, so it needs no sign-in (OXF-20).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from html import escape

from aiohttp import web

from bot.domain.explain import Part, explain
from bot.domain.procedure import Procedure
from bot.procedures.draw import draw, text_alternative

STYLE = """
body { font: 1.1rem/1.5 system-ui, sans-serif; color: #0b0c0c; background: #fff; margin: 0 auto; max-width: 62rem;
  padding: 1rem 1.5rem 4rem }
h1 { line-height: 1.2 } h2, h3 { margin-top: 2rem } li { margin: 0.3rem 0 }
figure { margin: 1.5rem 0; overflow-x: auto } svg { max-width: 100%; height: auto }
a:focus, summary:focus { outline: 3px solid #0b0c0c; outline-offset: 3px }
"""
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


def add_procedure(application: web.Application, procedure: Callable[[], Procedure]) -> None:
    """`GET /procedure`: the page. `GET /procedure.svg`: the flow chart alone."""

    async def page(_: web.Request) -> web.Response:
        return web.Response(text=_page(procedure()), content_type="text/html", headers=_HEADERS)

    async def chart(_: web.Request) -> web.Response:
        return web.Response(text=draw(procedure()), content_type="image/svg+xml", headers=_HEADERS)

    application.router.add_get("/procedure", page)
    application.router.add_get("/procedure.svg", chart)


def _page(procedure: Procedure) -> str:
    title = escape(procedure.title)
    steps = "".join(f"<li>{escape(line.split('. ', 1)[-1])}</li>" for line in text_alternative(procedure).split("\n"))
    return "\n".join(
        [
            f'<!DOCTYPE html><html lang="en-GB"><head><meta charset="utf-8"><title>{title}</title>',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<style>{STYLE}</style></head><body><main><h1>{title}</h1>",
            f"<p>{escape(procedure.authority)}, version {escape(procedure.version)}</p>",
            f"<h2>As a picture</h2><figure>{draw(procedure)}</figure>",
            f"<details><summary>The picture in words</summary><ol>{steps}</ol></details>",
            *_parts(explain(procedure), 2),
            "</main></body></html>",
        ]
    )


def _parts(parts: Iterable[Part], level: int) -> Iterator[str]:
    for part in parts:
        yield f"<h{level}>{escape(part.title)}</h{level}>"
        if part.sentences:
            yield f"<ul>{''.join(f'<li>{escape(sentence)}</li>' for sentence in part.sentences)}</ul>"
        yield from _parts(part.parts, min(level + 1, 6))
