# SPDX-License-Identifier: MIT
"""Opens /etc/resolv.conf in every way, and says which do not give the made-up file: reach_opens.py DIRECTORY. The
directory, in which a link is made, is removed by the caller. The made-up file is the one with "search made.test"."""
import ctypes
import errno
import fcntl
import os
import resource
import sys
import threading

PATH = "/etc/resolv.conf"
SYS_OPEN, SYS_OPENAT2 = 2, 437
O_PATH = 0o10000000
libc = ctypes.CDLL(None, use_errno=True)
failures = 0


def expect(what, wanted, got):
    global failures
    if wanted != got:
        failures += 1
        print(f"{what}: wanted {wanted!r}, got {got!r}")


def result(number):
    if number < 0:
        raise OSError(ctypes.get_errno(), "failed")
    return number


def openat2(directory, path, flags, mode=0, resolve=0, size=24):
    how = (ctypes.c_uint64 * 4)(flags, mode, resolve, 0)
    return result(libc.syscall(SYS_OPENAT2, directory, path.encode(), how, ctypes.c_size_t(size)))


def is_made(descriptor):
    with os.fdopen(descriptor) as file:
        return "search made.test" in file.read()


def ways():
    link = sys.argv[1] + "/link-to-resolv.conf"
    os.symlink(PATH, link)
    os.symlink("/etc", sys.argv[1] + "/etc")
    etc = os.open("/etc", os.O_RDONLY)
    os.chdir("/etc")
    if os.uname().machine == "x86_64":
        expect("open", True, is_made(result(libc.syscall(SYS_OPEN, PATH.encode(), os.O_RDONLY))))
    expect("openat2", True, is_made(openat2(-100, PATH, os.O_RDONLY)))
    expect("openat2, relative", True, is_made(openat2(etc, "resolv.conf", os.O_RDONLY)))
    for what, path, directory in (
        ("openat", PATH, None),
        ("relative", "resolv.conf", None),
        ("relative to a directory", "resolv.conf", etc),
        ("absolute in spite of a directory", PATH, etc),
        ("by way of its parent", "../etc/./resolv.conf", None),
        ("not in the shortest way", "//etc/../etc//resolv.conf", None),
        ("a link", link, None),
        ("a link to its directory", sys.argv[1] + "/etc/resolv.conf", None),
    ):
        expect(what, True, is_made(os.open(path, os.O_RDONLY, dir_fd=directory)))
    expect("no flag but the kind", True, is_made(os.open(PATH, os.O_RDONLY | os.O_CLOEXEC)))
    expect("a thread", [True], in_thread())


def in_thread():
    found = []
    thread = threading.Thread(target=lambda: found.append(is_made(os.open(PATH, os.O_RDONLY))))
    thread.start()
    thread.join()
    return found


# What is written goes into the real file, if it may be written at all.
def writers():
    for flags in (os.O_WRONLY, os.O_RDWR, os.O_WRONLY | os.O_APPEND):
        expect(f"flags {flags}", False, describes_made(flags))
    expect("openat2 for writing", False, describes_made(os.O_RDWR, lambda path, flags: openat2(-100, path, flags)))
    descriptor = os.open(PATH, O_PATH)
    expect("a place in the file system", os.stat(PATH).st_ino, os.fstat(descriptor).st_ino)


# What the kernel refuses, or opens in another way, is left to it.
def others():
    for what, wanted, arguments in (
        ("a mode for no new file", errno.EINVAL, {"mode": 0o644}),
        ("an unknown way", errno.EINVAL, {"resolve": 1 << 40}),
        ("an unknown flag", errno.EINVAL, {"flags": 1 << 40}),
        ("an unknown low flag", errno.EINVAL, {"flags": 1 << 30}),
        ("a size too small", errno.EINVAL, {"size": 8}),
        ("a size too large", errno.E2BIG, {"size": 1 << 20}),
        ("beneath its directory", errno.EXDEV, {"resolve": 8}),
    ):
        arguments = {"flags": os.O_RDONLY, **arguments}
        expect("openat2, " + what, wanted, errno_of(lambda: openat2(-100, PATH, **arguments)))
    expect("openat2, a larger size", False, is_made(openat2(-100, PATH, os.O_RDONLY, size=32)))


def describes_made(flags, call=os.open):
    try:
        descriptor = call(PATH, flags)
    except OSError as error:
        return error.errno not in (errno.EACCES, errno.EROFS)
    return os.fstat(descriptor).st_ino != os.stat(PATH).st_ino


def errno_of(call, *arguments):
    try:
        call(*arguments)
    except OSError as error:
        return error.errno
    return 0


def properties():
    one, other = os.open(PATH, os.O_RDONLY), os.open(PATH, os.O_RDONLY)
    expect("each has its own position", os.read(one, 9), os.read(other, 9))
    expect("it cannot be written", errno.EBADF, errno_of(os.write, one, b"nameserver"))
    expect("nor changed", True, errno_of(write_again, one) in (errno.EPERM, errno.EACCES))
    expect("nor truncated", True, errno_of(os.truncate, f"/proc/self/fd/{one}", 0) in (errno.EPERM, errno.EACCES))
    expect("it is not for others to write", 0, os.fstat(one).st_mode & 0o222)
    expect("close-on-exec", fcntl.FD_CLOEXEC, fcntl.fcntl(one, fcntl.F_GETFD))
    kept = result(libc.open(PATH.encode(), os.O_RDONLY))
    expect("no close-on-exec", 0, fcntl.fcntl(kept, fcntl.F_GETFD))


def write_again(descriptor):
    again = os.open(f"/proc/self/fd/{descriptor}", os.O_RDWR)
    os.write(again, b"nameserver")


def failing():
    expect("a missing file", errno.ENOENT, errno_of(os.open, "/etc/resolv.conf.missing", os.O_RDONLY))
    expect("another file of that name", False, is_made(os.open(other_file(), os.O_RDONLY)))
    expect("no path", errno.EFAULT, errno_of(lambda: result(libc.open(ctypes.c_void_p(1), os.O_RDONLY))))
    expect("a bad directory", errno.EBADF, errno_of(lambda: os.open("resolv.conf", os.O_RDONLY, dir_fd=999)))
    expect("a long path", errno.ENAMETOOLONG, errno_of(os.open, "/" * 4096 + "etc/resolv.conf", os.O_RDONLY))
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, limit[1]))
    error = errno_of(os.open, PATH, os.O_RDONLY)
    resource.setrlimit(resource.RLIMIT_NOFILE, limit)
    expect("no descriptor left", errno.EMFILE, error)


def other_file():
    path = sys.argv[1] + "/resolv.conf"
    with open(path, "w") as file:
        file.write("nameserver 192.0.2.1\n")
    return path


ways()
writers()
others()
properties()
failing()
sys.exit(failures > 0)
