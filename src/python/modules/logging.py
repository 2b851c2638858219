__flow_logging = __FlowModule()
class __FlowLogger:
    def __init__(self, name):
        self.name = name
    def setLevel(self, level):
        pass
    def isEnabledFor(self, level):
        return True
    def write(self, level, message, args):
        log(str(message) % args if args else str(message), level)
    def debug(self, message, *args, **options):
        self.write("debug", message, args)
    def info(self, message, *args, **options):
        self.write("info", message, args)
    def warning(self, message, *args, **options):
        self.write("warn", message, args)
    def error(self, message, *args, **options):
        self.write("error", message, args)
    def exception(self, message, *args, **options):
        self.write("error", message, args)
    def critical(self, message, *args, **options):
        self.write("error", message, args)
__flow_logging_root = __FlowLogger("root")
__flow_logging.getLogger = lambda name=None: __FlowLogger(name or "root")
__flow_logging.basicConfig = lambda **options: None
__flow_logging.debug = __flow_logging_root.debug
__flow_logging.info = __flow_logging_root.info
__flow_logging.warning = __flow_logging_root.warning
__flow_logging.error = __flow_logging_root.error
__flow_logging.exception = __flow_logging_root.exception
__flow_logging.critical = __flow_logging_root.critical
__flow_logging.DEBUG = 10
__flow_logging.INFO = 20
__flow_logging.WARNING = 30
__flow_logging.ERROR = 40
__flow_logging.CRITICAL = 50
