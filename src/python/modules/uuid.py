import random as __flow_random
__flow_uuid = __FlowModule()
class __FlowUUID:
    def __init__(self, hex=None, int=None):
        self.hex = f"{int:032x}" if hex is None else hex.replace("urn:", "").replace("uuid:", "").strip("{}").replace("-", "").lower()
        if len(self.hex) != 32 or self.hex.strip("0123456789abcdef") != "":
            raise ValueError("badly formed hexadecimal UUID string")
    def __str__(self):
        return "-".join([self.hex[:8], self.hex[8:12], self.hex[12:16], self.hex[16:20], self.hex[20:]])
    def __repr__(self):
        return f"UUID('{self}')"
    def __eq__(self, other):
        return isinstance(other, __FlowUUID) and self.hex == other.hex
    def __hash__(self):
        return hash(self.hex)
def __flow_uuid_uuid4():
    digits = f"{__flow_random.getrandbits(128):032x}"
    return __FlowUUID(digits[:12] + "4" + digits[13:16] + "89ab"[int(digits[16], 16) % 4] + digits[17:])
__flow_uuid.UUID = __FlowUUID
__flow_uuid.uuid4 = __flow_uuid_uuid4
