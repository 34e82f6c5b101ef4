// SPDX-License-Identifier: MIT
#ifndef TINYNET_EXAMPLES_COMMANDS_HPP
#define TINYNET_EXAMPLES_COMMANDS_HPP

/// \file
/// The commands of the program. Each adds itself to the command line and runs when it was asked for.

#include <CLI/CLI.hpp>

namespace tinynet::program {

/// All of them, help and version.
void add_commands(CLI::App& app);
/// `describe`: features of a structure as CSV.
void add_describe(CLI::App& app);
/// `train forces` and `train ldos`: fit a model to data.
void add_train(CLI::App& app);
/// `train energy`: the same for energy models; adds itself to `train`.
void add_train_energy(CLI::App& train);
/// `predict`: applies a model to structures, with errors where the answer is known.
void add_predict(CLI::App& app);
/// `md`: molecular dynamics.
void add_md(CLI::App& app);
/// `ipi`: forces for a server over a socket.
void add_ipi(CLI::App& app);
/// `info`: what a model file holds.
void add_info(CLI::App& app);
/// `compare`: the table of descriptor variants.
void add_compare(CLI::App& app);

} // namespace tinynet::program

#endif
