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
#include <string>
#include <thread>
#include <vector>

namespace {

/// Listens on a socket in the file system.
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
    }
    ~server() { unlink(path_.c_str()); }

    /// Sends all bytes to who connects, and takes what comes back.
    void serve(const std::uint8_t* bytes, std::size_t size) const {
        const int connection = accept(listening_, nullptr, nullptr);
        if (send(connection, bytes, size, MSG_NOSIGNAL) == static_cast<ssize_t>(size))
            shutdown(connection, SHUT_WR);
        std::array<char, 4096> taken{};
        while (recv(connection, taken.data(), taken.size(), 0) > 0) {
        }
        close(connection);
    }
    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
    int listening_ = socket(AF_UNIX, SOCK_STREAM, 0);
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    static const server socket;
    std::cout.setstate(std::ios::failbit);
    const std::filesystem::path corpus = std::filesystem::path{__FILE__}.parent_path() / "corpus";
    std::vector<std::string> words{socket.path(), "--unix", corpus / "extxyz" / "labeled.extxyz",
                                   corpus / "model_file" / "energy.model", "ipi"};
    CLI::App app{"", "tinynet"};
    tinynet::program::add_commands(app);
    const std::jthread serving{[&] { socket.serve(bytes, size); }};
    try {
        app.parse(words);
    } catch (const tinynet::error&) {
    }
    return 0;
}
