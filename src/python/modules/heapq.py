__flow_heapq = __FlowModule()
def __flow_heapq_down(heap, start, at):
    item = heap[at]
    while at > start:
        parent = (at - 1) // 2
        if not item < heap[parent]:
            break
        heap[at] = heap[parent]
        at = parent
    heap[at] = item
def __flow_heapq_up(heap, at):
    end = len(heap)
    start = at
    item = heap[at]
    child = 2 * at + 1
    while child < end:
        right = child + 1
        if right < end and not heap[child] < heap[right]:
            child = right
        heap[at] = heap[child]
        at = child
        child = 2 * at + 1
    heap[at] = item
    __flow_heapq_down(heap, start, at)
def __flow_heapq_heappush(heap, item):
    heap.append(item)
    __flow_heapq_down(heap, 0, len(heap) - 1)
def __flow_heapq_heappop(heap):
    last = heap.pop()
    if heap:
        first = heap[0]
        heap[0] = last
        __flow_heapq_up(heap, 0)
        return first
    return last
def __flow_heapq_heapreplace(heap, item):
    first = heap[0]
    heap[0] = item
    __flow_heapq_up(heap, 0)
    return first
def __flow_heapq_heappushpop(heap, item):
    if heap and heap[0] < item:
        item, heap[0] = heap[0], item
        __flow_heapq_up(heap, 0)
    return item
def __flow_heapq_heapify(heap):
    for at in range(len(heap) // 2 - 1, -1, -1):
        __flow_heapq_up(heap, at)
__flow_heapq.heappush = __flow_heapq_heappush
__flow_heapq.heappop = __flow_heapq_heappop
__flow_heapq.heapreplace = __flow_heapq_heapreplace
__flow_heapq.heappushpop = __flow_heapq_heappushpop
__flow_heapq.heapify = __flow_heapq_heapify
__flow_heapq.nlargest = lambda n, iterable, key=None: sorted(iterable, key=key, reverse=True)[:max(n, 0)]
__flow_heapq.nsmallest = lambda n, iterable, key=None: sorted(iterable, key=key)[:max(n, 0)]
__flow_heapq.merge = lambda *iterables, key=None, reverse=False: iter(sorted([item for items in iterables for item in items], key=key, reverse=reverse))
