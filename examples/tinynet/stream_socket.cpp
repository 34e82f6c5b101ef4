// SPDX-License-Identifier: MIT
#include "stream_socket.hpp"
#include <tinynet/error.hpp>

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstring>
#include <memory>
#include <string>
#include <utility>

namespace tinynet::program {

stream_socket stream_socket::unix_domain(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path)
        throw invalid_option{"the socket '" + path + "' has too long a name"};
    path.copy(static_cast<char*>(address.sun_path), path.size());
    stream_socket made{socket(AF_UNIX, SOCK_STREAM, 0)};
    if (made.descriptor_ < 0 ||
        connect(made.descriptor_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
        throw invalid_option{"no server answers at '" + path + "': " + std::strerror(errno)};
    return made;
}

stream_socket stream_socket::internet(const std::string& host, const std::string& port) {
    addrinfo wanted{};
    wanted.ai_family = AF_UNSPEC;
    wanted.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    if (const int problem = getaddrinfo(host.c_str(), port.c_str(), &wanted, &found); problem != 0)
        throw invalid_option{"'" + host + ":" + port + "' is no address: " + gai_strerror(problem)};
    const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owner{found, &freeaddrinfo};
    for (const addrinfo* one = found; one != nullptr; one = one->ai_next) {
        stream_socket made{socket(one->ai_family, one->ai_socktype, one->ai_protocol)};
        if (made.descriptor_ >= 0 && connect(made.descriptor_, one->ai_addr, one->ai_addrlen) == 0) {
            const int at_once = 1; // an answer is several small messages
            setsockopt(made.descriptor_, IPPROTO_TCP, TCP_NODELAY, &at_once, sizeof at_once);
            return made;
        }
    }
    throw invalid_option{"no server answers at '" + host + ":" + port + "': " + std::strerror(errno)};
}

stream_socket::stream_socket(stream_socket&& other) noexcept
    : descriptor_{std::exchange(other.descriptor_, -1)} {}

stream_socket::~stream_socket() {
    if (descriptor_ >= 0)
        close(descriptor_);
}

bool stream_socket::read(void* bytes, std::size_t count) {
    std::size_t done = 0;
    while (done < count) {
        const auto got = recv(descriptor_, static_cast<char*>(bytes) + done, count - done, 0);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0 && done == 0 && (got == 0 || errno == ECONNRESET))
            return false;
        if (got <= 0)
            throw file_error{"the server closed the connection in the middle of a message"};
        done += static_cast<std::size_t>(got);
    }
    return true;
}

void stream_socket::write(const void* bytes, std::size_t count) {
    std::size_t done = 0;
    while (done < count) {
        const auto sent =
            send(descriptor_, static_cast<const char*>(bytes) + done, count - done, MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR)
            continue;
        if (sent <= 0)
            throw file_error{"the server has gone: " + std::string{std::strerror(errno)}};
        done += static_cast<std::size_t>(sent);
    }
}

} // namespace tinynet::program
