// SPDX-License-Identifier: MIT
#include "commands.hpp"
#include <tinynet/version.hpp>

namespace tinynet::program {

void add_commands(CLI::App& app) {
    app.set_version_flag("--version", version);
    app.require_subcommand(1);
    add_describe(app);
    add_train(app);
    add_predict(app);
    add_md(app);
    add_ipi(app);
    add_info(app);
    add_compare(app);
}

} // namespace tinynet::program
