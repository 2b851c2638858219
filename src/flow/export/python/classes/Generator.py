import json
import math
import re


class Generator(BuiltIn):
    def activate(self, slot_data, policy_message, send):
        begun, interval, seed = self.clock.now, self.get_config("interval", 1), self.get_config("seed", random_seed(self))
        for index, item in enumerate(self.source(seed & BITS)):
            due = begun + microseconds(index * interval)
            if due > self.clock.now:
                yield due - self.clock.now
            send("output", item)

    def source(self, seed):
        source, count, text = self.get_config("source", "count"), self.get_config("count"), self.get_config("text", "")
        if source == "list":
            return self.get_config("items", [])[:count]
        if source == "json_lines":
            return [json.loads(line) for line in text.split("\n") if line.strip()][:count]
        if source == "csv":
            return csv_items(text, self.get_config("separator", ","))[:count]
        value = self.counted if source == "count" else self.random
        return ({"index": index, "value": value(seed, index)} for index in range(10 if count is None else count))

    def counted(self, seed, index):
        return self.get_config("start", 0) + self.get_config("step", 1) * index

    def random(self, seed, index):
        low, high = self.get_config("low", 0), self.get_config("high", 100)
        if isinstance(low, int) and isinstance(high, int):
            return low + (random_bits(seed, index) * (high - low + 1) >> 64)
        return low + random_number(seed, index) * (high - low)


def csv_items(text, separator):
    """Rows as maps; the first one names the keys. Cells that look like numbers are numbers, unless they are quoted."""
    cell = re.compile(r'([ \t]*"(?:[^"]|"")*"[^{0}\n]*|[^{0}\n]*)({0}|\n|$)'.format(re.escape(separator)))
    rows, row = [], []
    for match in cell.finditer(text.replace("\r", "")):
        row.append(match[1])
        if match[2] != separator:
            rows.append(row)
            row = []
    names, *rows = [cells for cells in rows if len(cells) > 1 or cells[0].strip()] or [[]]
    names = [str(cell_text(name)).strip() for name in names]
    return [{name: cell_value(cells[at]) if at < len(cells) else None for at, name in enumerate(names)} for cells in rows]


def cell_text(cell):
    cell = cell.strip()
    return cell[1 : cell.rindex('"')].replace('""', '"') if cell.startswith('"') else cell


def cell_value(cell):
    if re.fullmatch(r"-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?", cell.strip()):
        value = json.loads(cell)
        return value if math.isfinite(value) else cell_text(cell)
    return cell_text(cell)
