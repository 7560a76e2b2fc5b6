#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Does what vpn-passthrough -j has written fit its schema?

usage: json_fits.py DEFINITION [FILE [DEFINITION FILE]...]

Several documents may follow each other in a file. Prints how many there were; exit
status 1, and a line about the first of a file that does not fit.
"""
import json
import pathlib
import sys

import jsonschema

SCHEMA = (pathlib.Path(__file__).resolve().parents[2] /
          "Documentation/json/vpn-passthrough.schema.json")


def documents(text):
    """Yield each JSON document of a text."""
    decoder = json.JSONDecoder()
    text = text.strip()
    while text:
        document, end = decoder.raw_decode(text)
        yield document
        text = text[end:].lstrip()


def misfit(schema, name, text):
    """Return what does not fit the definition of that name, or None."""
    check = jsonschema.Draft202012Validator(
        {"$ref": f"#/$defs/{name}", "$defs": schema["$defs"]},
        format_checker=jsonschema.FormatChecker())
    n = 0
    for document in documents(text):
        n += 1
        error = jsonschema.exceptions.best_match(check.iter_errors(document))
        if error:
            return f"document {n}: {error.json_path}: {error.message}"
    print(f"{name}: {n}")
    return None if n else "no document"


def main():
    schema = json.loads(SCHEMA.read_text())
    args = sys.argv[1:] if len(sys.argv) != 2 else [sys.argv[1], "/dev/stdin"]
    errors = 0
    for name, file in zip(args[::2], args[1::2]):
        error = misfit(schema, name, pathlib.Path(file).read_text())
        if error:
            print(f"{name}: {error}", file=sys.stderr)
            errors += 1
    sys.exit(errors > 0 or not args)


if __name__ == "__main__":
    main()
