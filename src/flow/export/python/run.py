def run(inputs=None, timeout=None):
    """Runs the flow once; gives what `send_output` and the sinks collected.

    `inputs` is a list of (routine, slot, payload); without it, the document's inputs are posted.
    """
    OUTPUTS.clear()
    posts = INPUTS if inputs is None else [(routine, slot, data, 0.0, 1, 0.0) for routine, slot, data in inputs]
    flow = build()
    clock = flow.routines["__clock__"]
    for index, (routine, slot, *_) in enumerate(posts):
        clock.add_event(f"input__{index}")
        flow.connect("__clock__", f"input__{index}", routine, slot)
    runtime = Runtime()
    start = {"inputs": [(data, at, repeat, every) for _, _, data, at, repeat, every in posts]}
    try:
        _, job = runtime.post(flow.flow_id, "__clock__", "start", start)
        if not clock.at_rest.wait(timeout or flow.execution_timeout):
            log_of_flow.warning("the flow did not come to rest in time")
        runtime.complete_job(job.job_id)
    finally:
        runtime.shutdown()
    return list(OUTPUTS)


if __name__ == "__main__":
    for output in run():
        print(json.dumps(output, ensure_ascii=False, sort_keys=True))
