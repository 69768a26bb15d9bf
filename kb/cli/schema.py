"""`kb schema`: the front matter's JSON Schema, for editors and checks."""

import click

from kb.cli.common import print_json


@click.command()
def schema() -> None:
    """Print the JSON Schema of an article's front matter."""
    from kb.files.fields import json_schema

    print_json(json_schema())
