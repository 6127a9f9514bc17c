"""Reads archives from the standard input, each after its length in four bytes, and prints what one reader makes of them:
Python's tarfile, libarchive or GNU tar. A line for each entry, "TYPE NAME LINK SIZE CRC", and one that says how it ended.
"""

import ctypes
import ctypes.util
import io
import os
import re
import stat
import struct
import subprocess
import sys
import tarfile
import zlib

MAX_CONTENT = 1 << 26


def line(kind, name, link, size, crc):
    return "%s %s %s %d %s" % (kind, name.hex() or "-", link.hex() or "-", size, crc)


def read_python(archive):
    with tarfile.open(fileobj=io.BytesIO(archive), mode="r:") as tar:
        for entry in tar:
            kind = entry.type.decode("latin-1")
            # Python keeps the types of old folders and sparse files apart, and extracts them as what they are here.
            kind = "0" if kind in "\x007S" else kind
            if kind not in "0123456":
                raise ValueError("type " + kind)
            name = os.fsencode(entry.name)
            size, crc = 0, "-"
            if kind == "0":
                size = entry.size
                if size > MAX_CONTENT:
                    raise ValueError("too large")
                content = tar.extractfile(entry).read()
                if len(content) != size:
                    raise ValueError("truncated")
                crc = "%08x" % zlib.crc32(content)
            link = os.fsencode(entry.linkname) if kind in "12" else b""
            yield line(kind, name, link, size, crc)


LIBARCHIVE_TYPES = {
    stat.S_IFREG: "0",
    stat.S_IFLNK: "2",
    stat.S_IFCHR: "3",
    stat.S_IFBLK: "4",
    stat.S_IFDIR: "5",
    stat.S_IFIFO: "6",
}


def load_libarchive():
    lib = ctypes.CDLL(ctypes.util.find_library("archive") or "libarchive.so.13")
    lib.archive_read_new.restype = ctypes.c_void_p
    for name in "archive_entry_pathname archive_entry_hardlink archive_entry_symlink archive_error_string".split():
        getattr(lib, name).restype = ctypes.c_char_p
        getattr(lib, name).argtypes = [ctypes.c_void_p]
    for name in "archive_read_support_format_tar archive_read_free".split():
        getattr(lib, name).argtypes = [ctypes.c_void_p]
    lib.archive_read_open_memory.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t]
    lib.archive_read_next_header.argtypes = [ctypes.c_void_p, ctypes.POINTER(ctypes.c_void_p)]
    lib.archive_entry_size.restype = ctypes.c_int64
    lib.archive_entry_size.argtypes = [ctypes.c_void_p]
    lib.archive_entry_filetype.argtypes = [ctypes.c_void_p]
    lib.archive_read_data.restype = ctypes.c_ssize_t
    lib.archive_read_data.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t]
    return lib


def read_libarchive(archive):
    lib = load_libarchive.loaded
    handle = lib.archive_read_new()
    try:
        lib.archive_read_support_format_tar(handle)
        require(lib, handle, lib.archive_read_open_memory(handle, archive, len(archive)))
        entry = ctypes.c_void_p()
        while require(lib, handle, lib.archive_read_next_header(handle, ctypes.byref(entry))):
            hard = lib.archive_entry_hardlink(entry)
            symbolic = lib.archive_entry_symlink(entry)
            kind = "1" if hard is not None else LIBARCHIVE_TYPES.get(lib.archive_entry_filetype(entry))
            name = lib.archive_entry_pathname(entry)
            if kind is None or name is None:
                raise ValueError("no type or name")
            size, crc = lib.archive_entry_size(entry), "-"
            if kind in "01":
                content = b""
                buffer = ctypes.create_string_buffer(1 << 20)
                while True:
                    n = lib.archive_read_data(handle, buffer, len(buffer))
                    if n < 0:
                        raise ValueError(lib.archive_error_string(handle))
                    if n == 0:
                        break
                    content += buffer.raw[:n]
                    if len(content) > MAX_CONTENT:
                        raise ValueError("too large")
                # A hard link with content is one that the others have without.
                if kind == "0" or content:
                    crc = "%08x" % zlib.crc32(content)
                    size = len(content) if size == len(content) else -1
            yield line(kind, name, hard or symbolic or b"", size if crc != "-" else 0, crc)
    finally:
        lib.archive_read_free(handle)


def require(lib, handle, status):
    if status == 1:
        return False
    if status not in (0, -20):
        raise ValueError(lib.archive_error_string(handle))
    return True


GNU_LINE = re.compile(rb'(.)\S* \S+ +(\d+,\d+|\d+) (?:\S+ \S+|-?\d+) ("(?:[^"\\]|\\.)*")(?: (?:->|link to) ("(?:[^"\\]|\\.)*"))?$')
GNU_TYPES = {b"-": "0", b"h": "1", b"l": "2", b"c": "3", b"b": "4", b"d": "5", b"p": "6"}
ESCAPES = {b"n": b"\n", b"t": b"\t", b"r": b"\r", b"a": b"\a", b"b": b"\b", b"f": b"\f", b"v": b"\v"}


def unquoted(text):
    def plain(match):
        escape = match.group(1)
        return bytes([int(escape, 8)]) if escape[:1].isdigit() else ESCAPES.get(escape, escape)

    return re.sub(rb"\\([0-7]{3}|.)", plain, text[1:-1], flags=re.DOTALL)


def read_gnu(archive):
    command = ["tar", "-tvf", "-", "--full-time", "--numeric-owner", "--quoting-style=c"]
    done = subprocess.run(command, input=archive, capture_output=True, env=dict(os.environ, LC_ALL="C"))
    for text in done.stdout.splitlines():
        match = GNU_LINE.match(text)
        if not match or match.group(1) not in GNU_TYPES:
            raise ValueError(repr(text))
        kind = GNU_TYPES[match.group(1)]
        size = int(match.group(2)) if kind == "0" else 0
        yield line(kind, unquoted(match.group(3)), unquoted(match.group(4) or b'""'), size, "-")
    if done.returncode != 0:
        raise ValueError(repr(done.stderr[-200:]))


def main():
    readers = {"python": read_python, "libarchive": read_libarchive, "gnu": read_gnu}
    read = readers[sys.argv[1]]
    if sys.argv[1] == "libarchive":
        load_libarchive.loaded = load_libarchive()
    if sys.argv[1] == "gnu":
        subprocess.run(["tar", "--version"], check=True, stdout=subprocess.DEVNULL)
    print("ready", flush=True)
    while True:
        length = sys.stdin.buffer.read(4)
        if not length:
            return
        archive = sys.stdin.buffer.read(struct.unpack(">I", length)[0])
        try:
            for text in read(archive):
                print(text)
            print("end", flush=True)
        except Exception as e:
            print("error", " ".join(repr(e).split()), flush=True)


main()
