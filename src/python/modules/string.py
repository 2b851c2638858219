__flow_string = __FlowModule()
__flow_string.ascii_lowercase = "abcdefghijklmnopqrstuvwxyz"
__flow_string.ascii_uppercase = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
__flow_string.ascii_letters = __flow_string.ascii_lowercase + __flow_string.ascii_uppercase
__flow_string.digits = "0123456789"
__flow_string.hexdigits = "0123456789abcdefABCDEF"
__flow_string.octdigits = "01234567"
__flow_string.punctuation = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"
__flow_string.whitespace = " \t\n\r\x0b\x0c"
__flow_string.printable = __flow_string.digits + __flow_string.ascii_letters + __flow_string.punctuation + " \t\n\r\x0b\x0c"
def __flow_string_capwords(s, sep=None):
    return (sep or " ").join([word.capitalize() for word in s.split(sep)])
__flow_string.capwords = __flow_string_capwords
