import json, pytest
from .test_import_files import FILES, outcome
@pytest.mark.django_db
@pytest.mark.parametrize("path", FILES, ids=lambda p: p.name)
def test_write(store, path):
    path.with_name(f"{path.name}.expected.json").write_text(json.dumps(outcome(store, path), indent=1, ensure_ascii=False) + "\n")
