// SPDX-License-Identifier: MIT
#include "commands.hpp"
#include <tinynet/detail/text.hpp>

#include <CLI/CLI.hpp>

#include <csignal> // SIGXFSZ: POSIX
#include <exception>
#include <iostream>
#include <new>

int main(int argc, char** argv) {
    std::signal(SIGXFSZ, SIG_IGN); // a file at the limit of the process is an error like a full disk
    CLI::App app{"Tiny neural-network potentials from the bonds of a crystal.", "tinynet"};
    tinynet::program::add_commands(app);
    try {
        app.parse(argc, argv);
        if (std::cout.flush())
            return 0;
        std::cerr << "tinynet: standard output cannot be written\n";
    } catch (const CLI::ParseError& problem) {
        if (problem.get_exit_code() == 0)
            return app.exit(problem);
        std::cerr << "tinynet: " << tinynet::detail::printable(problem.what())
                  << " (--help lists the options)\n";
        return 2;
    } catch (const std::bad_alloc&) {
        std::cerr
            << "tinynet: there is not enough memory; ask for fewer hops, neighbors, orbitals or networks\n";
    } catch (const std::exception& problem) {
        std::cerr << "tinynet: " << tinynet::detail::printable(problem.what()) << '\n';
    }
    return 1;
}
