// SPDX-License-Identifier: MIT

/// \file
/// The descriptor L_4^(2) of a crystal in both layouts: its columns, and what a displaced atom changes in
/// them.

#include <tinynet/descriptor/descriptor.hpp>
#include <tinynet/descriptor/features.hpp>
#include <tinynet/io/extxyz.hpp>

#include <cstddef>
#include <filesystem>
#include <iomanip>
#include <iostream>
#include <span>
#include <vector>

namespace {

void show(const tinynet::structure& reference, tinynet::feature_layout layout) {
    const tinynet::descriptor_options options{
        .max_walk_hops = tinynet::hop_count{4}, .max_neighbor_hops = tinynet::hop_count{2}, .layout = layout};
    const tinynet::descriptor d{reference, tinynet::bond_rule{3.1}, options};
    const tinynet::column_layout columns = tinynet::shared_layout(d);
    std::cout << "layout " << name_of(layout) << ": " << columns.feature_count() << " features, "
              << d.class_count() << " site classes\n";
    for (const tinynet::column_block& block : columns.paths())
        if (block.width > 0) // this crystal has no closed walk of three hops
            std::cout << "  paths: columns " << block.first << " to " << block.first + block.width - 1
                      << '\n';
    for (const auto& shell : columns.shells())
        std::cout << "  neighbors: " << shell.size() << " of them, columns "
                  << shell.front().species.value_or(shell.front().coordinates) << " to "
                  << shell.back().coordinates + 2 << '\n';

    // Bonds and paths stay those of the reference; a displaced structure supplies positions only.
    std::vector<tinynet::vector3> moved{reference.positions().begin(), reference.positions().end()};
    moved[0] += tinynet::vector3{0.1, 0.0, 0.0};
    const auto before = tinynet::describe(d, d.reference_topology(), tinynet::flat(reference.positions()));
    const auto after =
        tinynet::describe(d, d.reference_topology(), tinynet::flat(std::span<const tinynet::vector3>{moved}));

    std::size_t changed = 0;
    for (Eigen::Index atom = 0; atom < before.cols(); ++atom)
        changed += before.col(atom).isApprox(after.col(atom)) ? 0 : 1;
    std::cout << std::fixed << std::setprecision(5) << "  atom 0, first four features: ";
    for (Eigen::Index k = 0; k < 4; ++k)
        std::cout << before(k, 0) << (k < 3 ? " " : "\n");
    std::cout << "  atom 0 moved by 0.1 Å:       ";
    for (Eigen::Index k = 0; k < 4; ++k)
        std::cout << after(k, 0) << (k < 3 ? " " : "\n");
    std::cout << "  atoms whose features changed: " << changed << " of " << before.cols() << '\n';
}

} // namespace

int main(int argc, char** argv) {
    const std::filesystem::path data = argc > 1 ? argv[1] : "examples/data";
    const tinynet::structure reference =
        tinynet::read_extxyz(data / "moo3_reference.extxyz").front().geometry;
    show(reference, tinynet::feature_layout::paper);
    show(reference, tinynet::feature_layout::compact);
}
