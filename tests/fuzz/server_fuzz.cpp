// SPDX-License-Identifier: MIT

/// \file
/// Whatever a server sends over its socket, `tinynet ipi` answers or ends with an error.

#include "../examples/tinynet/commands.hpp"
#include <tinynet/error.hpp>

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <iterator>
#include <semaphore>
#include <span>
#include <string>
#include <thread>
#include <vector>

namespace {

/// Listens on a socket in the file system; a thread of its own answers, one client after the other.
class server {
public:
    server() : path_{std::filesystem::temp_directory_path() / ("tinynet_fuzz_" + std::to_string(getpid()))} {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        path_.native().copy(address.sun_path, sizeof address.sun_path - 1);
        unlink(path_.c_str());
        if (bind(listening_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
            listen(listening_, 1) != 0)
            std::abort();
        serving_ = std::jthread{[this](const std::stop_token& end) {
            for (asked_.acquire(); !end.stop_requested(); asked_.acquire()) {
                serve();
                served_.release();
            }
        }};
    }
    server(const server&) = delete;
    server& operator=(const server&) = delete;
    ~server() {
        serving_.request_stop();
        asked_.release();
        unlink(path_.c_str());
    }

    /// Sends all bytes to who connects next, and takes what comes back.
    void start(std::span<const std::uint8_t> bytes) {
        bytes_ = bytes;
        asked_.release();
    }
    /// Returns when the client is gone.
    void wait() { served_.acquire(); }
    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

private:
    void serve() const {
        const int connection = accept(listening_, nullptr, nullptr);
        if (send(connection, bytes_.data(), bytes_.size(), MSG_NOSIGNAL) == std::ssize(bytes_))
            shutdown(connection, SHUT_WR);
        std::array<char, 4096> taken{};
        while (recv(connection, taken.data(), taken.size(), 0) > 0) {
        }
        close(connection);
    }

    std::filesystem::path path_;
    int listening_ = socket(AF_UNIX, SOCK_STREAM, 0);
    std::span<const std::uint8_t> bytes_;
    std::binary_semaphore asked_{0};
    std::binary_semaphore served_{0};
    std::jthread serving_; // last: uses the others
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    static server socket;
    std::cout.setstate(std::ios::failbit);
    const std::filesystem::path corpus = std::filesystem::path{__FILE__}.parent_path() / "corpus";
    std::vector<std::string> words{socket.path(), "--unix", corpus / "extxyz" / "labeled.extxyz",
                                   corpus / "model_file" / "energy.model", "ipi"};
    CLI::App app{"", "tinynet"};
    tinynet::program::add_ipi(app);
    socket.start({bytes, size});
    try {
        app.parse(words);
    } catch (const tinynet::error&) {
    }
    socket.wait();
    return 0;
}
