// SPDX-License-Identifier: MIT
#ifndef TINYNET_EXAMPLES_TOPOLOGY_OPTIONS_HPP
#define TINYNET_EXAMPLES_TOPOLOGY_OPTIONS_HPP

/// \file
/// The options that say which bonds, paths and neighbors make up a descriptor.

#include <tinynet/descriptor/options.hpp>
#include <tinynet/graph/bond_rule.hpp>

#include <CLI/CLI.hpp>

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace tinynet::program {

/// As given on the command line.
struct topology_options {
    std::optional<std::filesystem::path> reference;  ///< file whose first frame is the reference
    std::vector<std::string> bond_cutoffs;           ///< `3.1` or `Ti-O=2.6`
    bond_partners rule = bond_partners::unlike;      ///< who may be bonded
    path_kind paths = path_kind::walks;              ///< walks or cycles
    std::size_t hops = 4;                            ///< n
    std::size_t neighbors = 2;                       ///< N
    feature_layout layout = feature_layout::compact; ///< how features are listed

    /// \throws invalid_option  if a hop count is out of range.
    [[nodiscard]] descriptor_options descriptor() const;
    /// \throws invalid_option, unknown_species  if a cutoff is malformed.
    [[nodiscard]] bond_rule bonds() const;
};

/// Adds the options that say what is bonded: reference, cutoffs, rule.
void add_bond_options(CLI::App& command, topology_options& options);
/// Adds these and the options of the descriptor.
void add_topology_options(CLI::App& command, topology_options& options);

} // namespace tinynet::program

#endif
