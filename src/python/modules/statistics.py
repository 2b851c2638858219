import math as __flow_math
__flow_statistics = __FlowModule()
def __flow_statistics_items(data, least, message):
    items = list(data)
    if len(items) < least:
        raise ValueError(message)
    return items
def __flow_statistics_exact(items):
    # The numbers as whole ones over a power of two, as exact as CPython's fractions.
    parts = []
    for item in items:
        if isinstance(item, int):
            parts.append((int(item), 0))
        else:
            part, power = __flow_math.frexp(float(item))
            whole = int(part * 2.0 ** 53)
            parts.append((whole << power - 53, 0) if power > 53 else (whole, 53 - power))
    shift = max([shift for _, shift in parts])
    return [whole << shift - own for whole, own in parts], shift
def __flow_statistics_quotient(above, below, items):
    if above % below == 0 and all([isinstance(item, int) for item in items]):
        return above // below
    return above / below
def __flow_statistics_mean(data):
    items = __flow_statistics_items(data, 1, "mean requires at least one data point")
    if not all([__flow_math.isfinite(item) for item in items]):
        return sum(items) / len(items)
    wholes, shift = __flow_statistics_exact(items)
    return __flow_statistics_quotient(sum(wholes), len(items) << shift, items)
def __flow_statistics_fmean(data):
    items = __flow_statistics_items(data, 1, "fmean requires at least one data point")
    return __flow_math.fsum(items) / len(items)
def __flow_statistics_median(data):
    items = sorted(__flow_statistics_items(data, 1, "no median for empty data"))
    half = len(items) // 2
    return items[half] if len(items) % 2 else (items[half - 1] + items[half]) / 2
def __flow_statistics_median_low(data):
    items = sorted(__flow_statistics_items(data, 1, "no median for empty data"))
    return items[(len(items) - 1) // 2]
def __flow_statistics_median_high(data):
    items = sorted(__flow_statistics_items(data, 1, "no median for empty data"))
    return items[len(items) // 2]
def __flow_statistics_multimode(data):
    counts = {}
    for item in data:
        counts[item] = counts.get(item, 0) + 1
    most = max(counts.values(), default=0)
    return [item for item, count in counts.items() if count == most]
def __flow_statistics_mode(data):
    return __flow_statistics_multimode(__flow_statistics_items(data, 1, "no mode for empty data"))[0]
def __flow_statistics_spread(items, center, less):
    # The sum of the squares of the distances over how many they are, as a fraction.
    wholes, shift = __flow_statistics_exact(items if center is None else [*items, center])
    if center is None:
        count = len(wholes)
        return count * sum([whole * whole for whole in wholes]) - sum(wholes) ** 2, count * (count - less) << 2 * shift
    center = wholes.pop()
    return sum([(whole - center) ** 2 for whole in wholes]), len(wholes) - less << 2 * shift
def __flow_statistics_root(above, below):
    scale = max(0, 128 - len(bin(above)) + len(bin(below))) // 2 + 1
    square = (above << 2 * scale) // below
    root = __flow_math.isqrt(square)
    # One bit more tells that something is left.
    root = root << 1 | (1 if root * root * below != above << 2 * scale else 0)
    return root / (1 << scale + 1)
def __flow_statistics_variance(data, xbar=None):
    items = __flow_statistics_items(data, 2, "variance requires at least two data points")
    above, below = __flow_statistics_spread(items, xbar, 1)
    return __flow_statistics_quotient(above, below, items)
def __flow_statistics_pvariance(data, mu=None):
    items = __flow_statistics_items(data, 1, "pvariance requires at least one data point")
    above, below = __flow_statistics_spread(items, mu, 0)
    return __flow_statistics_quotient(above, below, items)
def __flow_statistics_stdev(data, xbar=None):
    items = __flow_statistics_items(data, 2, "stdev requires at least two data points")
    above, below = __flow_statistics_spread(items, xbar, 1)
    return __flow_statistics_root(above, below)
def __flow_statistics_pstdev(data, mu=None):
    items = __flow_statistics_items(data, 1, "pstdev requires at least one data point")
    above, below = __flow_statistics_spread(items, mu, 0)
    return __flow_statistics_root(above, below)
__flow_statistics.mean = __flow_statistics_mean
__flow_statistics.fmean = __flow_statistics_fmean
__flow_statistics.median = __flow_statistics_median
__flow_statistics.median_low = __flow_statistics_median_low
__flow_statistics.median_high = __flow_statistics_median_high
__flow_statistics.mode = __flow_statistics_mode
__flow_statistics.multimode = __flow_statistics_multimode
__flow_statistics.variance = __flow_statistics_variance
__flow_statistics.pvariance = __flow_statistics_pvariance
__flow_statistics.stdev = __flow_statistics_stdev
__flow_statistics.pstdev = __flow_statistics_pstdev
__flow_statistics.StatisticsError = ValueError
