"""The generator: openapi-python-client with our templates.

What of its internals the templates stand on is asserted by tests/pipeline/generate/test_canary.py.
"""

from __future__ import annotations

import contextlib
import io
from pathlib import Path

from ..document.dump import dump_yaml
from ..document.errors import PipelineError
from ..document.tree import Json

__all__ = ["TEMPLATES", "run_generator"]

TEMPLATES = Path(__file__).parent / "templates"


def run_generator(view: Json, package: Path, name: str) -> None:
    """Write the package ``name`` of the view into the folder ``package``; any warning of the generator is an error."""
    # Imported here: it takes a second, and the other verbs do without.
    from openapi_python_client import generate as run  # noqa: PLC0415
    from openapi_python_client.config import Config, ConfigFile, MetaType  # noqa: PLC0415

    source = package.parent / "view.yaml"
    source.write_text(dump_yaml(view), encoding="utf-8")
    config = Config.from_sources(
        ConfigFile(
            package_name_override=name,
            literal_enums=True,
            post_hooks=[],
            use_path_prefixes_for_title_model_names=False,
        ),
        MetaType.NONE,
        document_source=source,
        file_encoding="utf-8",
        overwrite=False,
        output_path=package,
    )
    with contextlib.redirect_stdout(io.StringIO()):
        problems = run(config=config, custom_template_path=TEMPLATES)
    source.unlink()
    if problems:
        described = "; ".join(f"{problem.header} {problem.detail or ''}".strip() for problem in problems)
        raise PipelineError(
            f"the generator warns: {described[:2000]}",
            source="openapi.yaml",
            hint="a part of the document would be dropped: mend it in the overlay or in the lowering",
        )
