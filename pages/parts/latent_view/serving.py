"""What the browser fetches: the view's own files, plotly.js, and arrays named by their content."""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
import streamlit as st
from streamlit import runtime

from core.setting.paths import STATIC

BUILD = STATIC / "vendor" / "plotly-points.min.js"
_DTYPES = {np.dtype(t).name for t in ("float32", "int32", "int16", "uint16", "uint8")}


def module_address(name: str = "latent_view/view.js") -> str:
    """Address of a module in `static/`, which changes with the content of all files there."""
    return f"app/static/{name}?v={_version()}"


@cache
def _version() -> str:
    digest = hashlib.sha256()
    for file in sorted(STATIC.glob("*/*")):  # some folders use what lies in others
        if file.suffix in (".js", ".css"):
            digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


# Streamlit may be served below a path, of which only the browser knows; its own script says where.
_ROOT = """(document.querySelector('script[src*="static/js/"]')?.src.split("static/js/")[0]
  ?? location.origin + "/")"""


@cache
def module_import(name: str = "latent_view/view.js") -> str:
    """A JavaScript expression: the promise of a module in `static/`."""
    return f'import({_ROOT} + "{module_address(name)}")'


def fetch_ahead() -> str:
    """JavaScript that has the browser fetch the view's modules and plotly.js at once, and run plotly.js.

    It would learn of the modules from the first one, and of plotly.js when all of them have come.
    """
    plotly = json.dumps(view_plotly_js())
    return f"""
window.latentViewAhead ??= (() => {{
  const fetch = (path, asked) => document.head.append(
    Object.assign(document.createElement("link"), {{ ...asked, href: {_ROOT} + path }}));
  fetch({plotly}, {{ rel: "preload", as: "script" }});
  for (const path of {_view_modules()}) fetch(path, {{ rel: "modulepreload" }});
  {module_import("latent_view/data.js")}.then((data) => data.loadPlotly({plotly})).catch(() => {{}});
  return true;
}})();"""


@cache
def _view_modules() -> str:
    """Addresses of the view's modules, as JSON; `types.js` is for its checker alone."""
    names = sorted(file.name for file in (STATIC / "latent_view").glob("*.js"))
    return json.dumps([module_address(f"latent_view/{n}") for n in names if n != "types.js"])


def component(name: str, module: str, what: str) -> Callable[..., Any]:
    """A component whose own script is no more than the address of its module in `static/`.

    Args:
        name: of the component.
        module: its default export draws the component.
        what: it draws, for a sentence where it can't be loaded: "The map".

    Returns:
        What mounts it, as one of Streamlit's does; `data` is a mapping.
    """
    mount = st.components.v2.component(name, js=_script(module, what), isolate_styles=False)

    # Streamlit looks for tables among a mapping's values, and imports pandas for that, a quarter of a
    # second before the first points of a process; among those of a list it does not.
    def mounted(*, data: Mapping[str, Any], **rest: Any) -> Any:
        return mount(data=[data], **rest)

    return mounted


@cache
def _script(module: str, what: str) -> str:
    return f"""
export default function (component) {{
  const view = {module_import(module)};
  view.catch(() => (component.parentElement.textContent = "{what} can't be loaded."));
  const drawn = view.then((module) => module.default({{ ...component, data: component.data[0] }}));
  return () => drawn.then((close) => close && close());
}}"""


def view_plotly_js() -> str:
    """Address of the plotly.js that the view draws with: a build of its traces, in `static/vendor/`.

    A browser reads it in half of the time. The whole one, where the build is of another version than the
    plotly package: `deploy/plotly` makes it.
    """
    return _build() or plotly_js()


@cache
def _build() -> str:
    """Its address; empty unless it is of the plotly package's version."""
    from plotly.offline import get_plotlyjs_version

    version = get_plotlyjs_version()
    with contextlib.suppress(OSError), BUILD.open(encoding="utf-8") as file:
        if f"plotly.js v{version} " in file.read(100):
            return f"app/static/{BUILD.relative_to(STATIC).as_posix()}?v={version}"
    return ""


def plotly_js() -> str:
    """Address of the plotly.js that came with the plotly package; written to `static/` once.

    Where the disk can't be written to, it is served from memory, a little slower.
    """
    found = _plotly()
    return found if isinstance(found, str) else serve(found, "text/javascript")


@cache
def _plotly() -> str | bytes:
    """Its address in `static/`, or itself: what is served from memory must be served at every run."""
    import plotly
    from plotly.offline import get_plotlyjs

    file = STATIC / f"plotly-{plotly.__version__}.min.js"
    if not file.exists():
        try:
            temporary = file.with_suffix(f".{id(file)}.tmp")
            temporary.write_text(get_plotlyjs(), encoding="utf-8")
            temporary.replace(file)
        except OSError:
            return get_plotlyjs().encode()
    return f"app/static/{file.name}"


def reference(values: npt.NDArray[Any]) -> dict[str, str]:
    """Where the browser finds an array, and its dtype.

    Raises:
        ValueError: a dtype that the browser's part does not read.
    """
    if values.dtype.name not in _DTYPES:
        raise ValueError(f"values must be one of {', '.join(sorted(_DTYPES))}; got {values.dtype}")
    content = np.ascontiguousarray(values).tobytes()
    return {"url": serve(content, "application/octet-stream"), "dtype": values.dtype.name}


def serve(content: bytes, mimetype: str) -> str:
    """A path at which the browser finds the content while this visitor's page refers to it.

    Streamlit keeps each content once, whoever asks, and drops it with the last page that shows it.
    """
    if not runtime.exists():
        return ""
    place = f"latent_view-{hashlib.sha256(content).hexdigest()[:16]}"
    return runtime.get_instance().media_file_mgr.add(content, mimetype, place)
