// SPDX-License-Identifier: MIT
#ifndef TINYNET_TESTS_SUPPORT_RUN_PROGRAM_HPP
#define TINYNET_TESTS_SUPPORT_RUN_PROGRAM_HPP

/// \file
/// Runs the program `tinynet` as its users do.

#include "support/temporary_directory.hpp"

#include <cerrno>
#include <chrono>
#include <csignal>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <sys/resource.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <system_error>
#include <thread>
#include <unistd.h>
#include <utility>
#include <vector>

namespace tinynet::test {

/// Arguments of the program, or parts of what it says.
using words = std::vector<std::string>;

/// One after the other.
inline words operator+(words left, const words& right) {
    left.insert(left.end(), right.begin(), right.end());
    return left;
}

/// All bytes of a file; empty if it does not exist.
inline std::string bytes_of(const std::filesystem::path& path) {
    std::ifstream stream{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{stream}, {}};
}

/// What a run came to.
struct program_result {
    int status = 0;       ///< exit status; 128 + signal if a signal ended the program
    std::string output;   ///< standard output
    std::string error;    ///< standard error
    double seconds = 0.0; ///< wall time
};

/// The program while it runs; it is killed if nobody waits for it.
class running_program {
public:
    /// \param arguments        without the name of the program.
    /// \param file_size_limit  largest file the program may write, bytes.
    explicit running_program(words arguments, std::optional<rlim_t> file_size_limit = std::nullopt) {
        arguments.insert(arguments.begin(), TINYNET_TEST_BUILD "/bin/tinynet");
        std::vector<char*> pointers;
        for (std::string& argument : arguments)
            pointers.push_back(argument.data());
        pointers.push_back(nullptr);
        const std::string output = output_file();
        const std::string error = error_file();
        process_ = ::fork();
        if (process_ < 0)
            throw std::system_error{errno, std::generic_category(), "fork"};
        if (process_ == 0) {
            redirect(output, STDOUT_FILENO);
            redirect(error, STDERR_FILENO);
            if (file_size_limit) {
                const rlimit limit{*file_size_limit, *file_size_limit};
                ::setrlimit(RLIMIT_FSIZE, &limit);
            }
            ::execv(pointers.front(), pointers.data());
            ::_exit(127);
        }
    }
    running_program(const running_program&) = delete;
    running_program& operator=(const running_program&) = delete;
    ~running_program() {
        if (process_ > 0) {
            kill();
            wait();
        }
    }

    /// Ends the program at once, like a crash of the machine.
    void kill() const { ::kill(process_, SIGKILL); }

    /// Lets the program sleep, while its clocks run on, and wakes it up again.
    void pause(std::chrono::milliseconds duration) const {
        ::kill(process_, SIGSTOP);
        std::this_thread::sleep_for(duration);
        ::kill(process_, SIGCONT);
    }

    /// Whether the program has not ended by itself yet.
    [[nodiscard]] bool is_running() const {
        siginfo_t ended{};
        ::waitid(P_PID, static_cast<id_t>(process_), &ended, WEXITED | WNOHANG | WNOWAIT);
        return ended.si_pid == 0;
    }

    /// Waits for the end.
    program_result wait() {
        int status = 0;
        ::waitpid(std::exchange(process_, -1), &status, 0);
        const double seconds = std::chrono::duration<double>(clock::now() - start_).count();
        return {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), bytes_of(output_file()),
                bytes_of(error_file()), seconds};
    }

private:
    using clock = std::chrono::steady_clock;

    [[nodiscard]] std::string output_file() const { return (folder_.path() / "output").string(); }
    [[nodiscard]] std::string error_file() const { return (folder_.path() / "error").string(); }

    static void redirect(const std::string& path, int stream) {
        const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
        ::dup2(file, stream);
        ::close(file);
    }

    temporary_directory folder_;
    pid_t process_ = -1;
    clock::time_point start_ = clock::now();
};

/// Runs the program to its end.
inline program_result run_program(words arguments, std::optional<rlim_t> file_size_limit = std::nullopt) {
    return running_program{std::move(arguments), file_size_limit}.wait();
}

} // namespace tinynet::test

#endif
