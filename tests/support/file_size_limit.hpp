// SPDX-License-Identifier: MIT
#ifndef TINYNET_TEST_FILE_SIZE_LIMIT_HPP
#define TINYNET_TEST_FILE_SIZE_LIMIT_HPP

#include <sys/resource.h>

namespace tinynet::test {

/// Limits the size of files that this process may write.
class file_size_limit {
public:
    explicit file_size_limit(rlim_t bytes) {
        getrlimit(RLIMIT_FSIZE, &previous_);
        auto limited = previous_;
        limited.rlim_cur = bytes;
        setrlimit(RLIMIT_FSIZE, &limited);
    }
    file_size_limit(const file_size_limit&) = delete;
    file_size_limit& operator=(const file_size_limit&) = delete;
    ~file_size_limit() { setrlimit(RLIMIT_FSIZE, &previous_); }

private:
    rlimit previous_{};
};

} // namespace tinynet::test

#endif
