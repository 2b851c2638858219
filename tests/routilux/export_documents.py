"""Writes `exported/`: documents made by the library's own exporter.

Run it with a Python that has routilux 1.1.0 (`pip install routilux`) in this folder. Every built-in class is there under
every name that the library registers, every strategy of an error handler, and connections of every built-in event.
"""

import pathlib

from routilux import ErrorHandler, Flow
from routilux.builtin_routines import register_all_builtins
from routilux.tools.factory.factory import ObjectFactory

factory = ObjectFactory.get_instance()
register_all_builtins(factory)
NAMES = list(factory._registry)
CONFIG = {
    "Mapper": {"mappings": {"name": "customer.name", "first": "orders[0].id"}, "keep_unmapped": True},
    "DataTransformer": {"mappings": {"total": "$.orders[*].price"}, "drop_missing": False, "default_value": 0},
    "Filter": {"condition": {"status": "ok"}, "invert": False},
    "SchemaValidator": {"schema": {"type": "object", "required": ["id"]}, "schema_type": "jsonschema"},
    "DataValidator": {"schema": {"type": "object", "properties": {"id": {"type": "integer"}}}},
    "ConditionalRouter": {"routes": [["high", "data.get('x', 0) > 10"], ["low", {"x": 1}]], "default_route": "rest"},
    "Splitter": {"field": "readings", "include_index": True},
    "Batcher": {"batch_size": 5, "batch_timeout": 10},
    "Debouncer": {"wait": 0.5, "leading": True, "max_wait": 2},
    "ResultExtractor": {"strategy": "first_match", "extract_yaml_blocks": True},
    "RetryHandler": {"max_attempts": 4, "backoff": "linear", "base_delay": 0.5},
}
HANDLERS = [None, "stop", "continue", "skip", "retry"]
folder = pathlib.Path(__file__).parent / "exported"
folder.mkdir(exist_ok=True)


def write(flow):
    for form in ("yaml", "json"):
        (folder / f"{flow.flow_id}.{form}").write_text(factory.export_flow_to_dsl(flow, form))


for name in NAMES:
    flow = Flow(flow_id=f"one-{name}", execution_timeout=120.0)
    routine = factory.create(name, config=CONFIG.get(name))
    if name == "Aggregator":
        routine.set_config(slots=["left", "right"], timeout=5.0)
        routine.setup_slots(["left", "right"])
    flow.add_routine(factory.create("Splitter"), "source")
    flow.add_routine(routine, "it")
    flow.connect("source", "item", "it", next(iter(routine.slots)))
    # Every event of the class goes somewhere, so that an import without one of them is told.
    for number, event in enumerate(routine.events):
        after = factory.create("Filter")
        handler = HANDLERS[(number + len(name)) % len(HANDLERS)]
        if handler is not None:
            after.set_error_handler(ErrorHandler(handler, max_retries=2, retry_delay=0.5, retry_backoff=3.0, is_critical=number == 0))
        flow.add_routine(after, f"after_{event}")
        flow.connect("it", event, f"after_{event}", "input")
    write(flow)
