// SPDX-License-Identifier: MIT
#ifndef TINYNET_EXAMPLES_STREAM_SOCKET_HPP
#define TINYNET_EXAMPLES_STREAM_SOCKET_HPP

/// \file
/// A connection to a server on this machine or another one (POSIX).

#include <cstddef>
#include <string>

namespace tinynet::program {

/// A connected stream socket; closed in the end. Errors are invalid_option (no connection) and file_error.
class stream_socket {
public:
    /// Connects to a socket in the file system.
    static stream_socket unix_domain(const std::string& path);
    /// Connects to a port.
    /// \param host  name or address.
    static stream_socket internet(const std::string& host, const std::string& port);

    stream_socket(stream_socket&& other) noexcept;
    stream_socket& operator=(stream_socket&&) = delete;
    ~stream_socket();

    /// Reads all bytes. Returns false if the other side has closed before the first of them.
    /// \throws file_error  if it closes in between.
    bool read(void* bytes, std::size_t count);
    /// Sends all bytes.
    /// \throws file_error  if nobody takes them.
    void write(const void* bytes, std::size_t count);

private:
    explicit stream_socket(int descriptor) noexcept : descriptor_{descriptor} {}

    int descriptor_;
};

} // namespace tinynet::program

#endif
