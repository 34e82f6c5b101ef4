// SPDX-License-Identifier: MIT
#include "commands.hpp"
#include <tinynet/version.hpp>

#include <CLI/CLI.hpp>

#include <exception>
#include <iostream>
#include <new>

int main(int argc, char** argv) {
    CLI::App app{"Tiny neural-network potentials from the bonds of a crystal.", "tinynet"};
    app.set_version_flag("--version", tinynet::version);
    app.require_subcommand(1);
    tinynet::program::add_describe(app);
    tinynet::program::add_train(app);
    tinynet::program::add_predict(app);
    tinynet::program::add_md(app);
    tinynet::program::add_ipi(app);
    tinynet::program::add_info(app);
    tinynet::program::add_compare(app);
    try {
        app.parse(argc, argv);
        if (std::cout.flush())
            return 0;
        std::cerr << "tinynet: standard output cannot be written\n";
    } catch (const CLI::ParseError& problem) {
        if (problem.get_exit_code() == 0)
            return app.exit(problem);
        std::cerr << "tinynet: " << problem.what() << " (--help lists the options)\n";
        return 2;
    } catch (const std::bad_alloc&) {
        std::cerr << "tinynet: there is not enough memory; ask for fewer hops or neighbors\n";
    } catch (const std::exception& problem) {
        std::cerr << "tinynet: " << problem.what() << '\n';
    }
    return 1;
}
