// SPDX-License-Identifier: MIT

/// \file
/// Loaded before a program (LD_PRELOAD): ends it with status 86 if, when a file takes its name, that file or
/// one of those listed in TINYNET_TEST_GROWING (between colons) is longer than what was flushed to the disk
/// of it. A power failure could leave a file then that speaks of bytes that are not there.

#include <cstdio>
#include <cstdlib>
#include <dlfcn.h>
#include <map>
#include <sstream>
#include <string>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace {

using identity = std::pair<dev_t, ino_t>;

std::map<identity, off_t>& flushed() {
    static std::map<identity, off_t> sizes;
    return sizes;
}

void require_flushed(const std::string& path) {
    struct stat now {};
    if (::stat(path.c_str(), &now) != 0 || now.st_size <= flushed()[{now.st_dev, now.st_ino}])
        return;
    constexpr int status = 86;
    std::fprintf(stderr, "not on the disk: '%s'\n", path.c_str());
    std::_Exit(status);
}

template <typename Function>
Function next(const char* name) {
    return reinterpret_cast<Function>(::dlsym(RTLD_NEXT, name));
}

} // namespace

extern "C" int fsync(int file) {
    const int status = next<int (*)(int)>("fsync")(file);
    struct stat now {};
    if (status == 0 && ::fstat(file, &now) == 0)
        flushed()[{now.st_dev, now.st_ino}] = now.st_size;
    return status;
}

extern "C" int rename(const char* from, const char* to) noexcept {
    require_flushed(from);
    const char* const growing = std::getenv("TINYNET_TEST_GROWING");
    std::istringstream paths{growing == nullptr ? "" : growing};
    for (std::string path; std::getline(paths, path, ':');)
        require_flushed(path);
    return next<int (*)(const char*, const char*)>("rename")(from, to);
}
