"""Reads secrets through the wrapper of a project, and tells codes of how it went, never a value."""

import sys

# The folder that this runs in has modules of the project, which are not meant to be those of Python.
sys.path[:] = [it for it in sys.path if it]
sys.dont_write_bytecode = True

import os

# What the wrapper, or anything that it imports, may print goes nowhere.
answers = os.fdopen(os.dup(1), "w")
nowhere = os.open(os.devnull, os.O_WRONLY)
os.dup2(nowhere, 1)
os.dup2(nowhere, 2)

import importlib.util
import json
import logging

logging.disable(logging.CRITICAL)
request = json.load(sys.stdin)
FITS = {
    "string": lambda it: isinstance(it, str),
    "secret": lambda it: isinstance(it, str),
    "integer": lambda it: isinstance(it, int) and not isinstance(it, bool),
    "boolean": lambda it: isinstance(it, bool),
}


def say(answer):
    answers.write(request["word"] + json.dumps(answer) + "\n")
    answers.flush()


def load(folder):
    spec = importlib.util.spec_from_file_location(
        "shield_secrets", os.path.join(folder, "__init__.py"), submodule_search_locations=[folder]
    )
    module = importlib.util.module_from_spec(spec)
    sys.modules["shield_secrets"] = module
    spec.loader.exec_module(module)
    return module.get_secret, module.get_secret_json


def codes(readers, entry):
    text, fields = readers
    try:
        read = fields if entry["json"] else text
        found = read(entry["name"], env=entry["variable"])
        wrong = []
        if request["placeholder"] in (json.dumps(found) if entry["json"] else found):
            wrong.append(["secret_placeholder"])
        for number, kind in enumerate(entry["fields"]):
            name = kind["name"]
            if name not in found:
                wrong.append(["field", number])
            elif not FITS[kind["kind"]](found[name]):
                wrong.append(["kind", number])
        return wrong
    except Exception as error:
        code = getattr(error, "code", None)
        return [[code if isinstance(code, str) else "error"]]


try:
    readers = load(request["path"])
except SyntaxError:
    say({"unloadable": "syntax"})
except ImportError:
    say({"unloadable": "import"})
except Exception:
    say({"unloadable": "error"})
else:
    for number, entry in enumerate(request["entries"]):
        say({"number": number, "codes": codes(readers, entry)})
    say({"end": True})
answers.flush()
# Threads of the wrapper are nothing to wait for.
os._exit(0)
