"""The house stands: every module can be imported, and the contracts were seen to fail when broken."""

import importlib
import pkgutil

import sportello


def test_every_module_can_be_imported():
    for module in pkgutil.walk_packages(sportello.__path__, "sportello."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
