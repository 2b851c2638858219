BITS = (1 << 64) - 1


def mixed(bits):
    """The mixing step of SplitMix64."""
    bits = ((bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9) & BITS
    bits = ((bits ^ (bits >> 27)) * 0x94D049BB133111EB) & BITS
    return bits ^ (bits >> 31)


def random_bits(seed, index):
    return mixed((seed + (index + 1) * 0x9E3779B97F4A7C15) & BITS)


def random_number(seed, index):
    """From 0 up to 1: the playground's numbers."""
    return (random_bits(seed, index) >> 11) / (1 << 53)


def random_seed(routine):
    """The seed of an activation of the flow's first job."""
    seed = 0
    for part in (SEED & BITS, 0, routine.number, routine.activation, 1):
        seed = mixed(((seed ^ part) + 0x9E3779B97F4A7C15) & BITS)
    return seed
