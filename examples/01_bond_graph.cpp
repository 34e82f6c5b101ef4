// SPDX-License-Identifier: MIT

/// \file
/// From a structure to its bond graph: coordination numbers, bond lengths, and an algorithm of Boost.Graph on
/// it.

#include <tinynet/graph/bond_graph.hpp>
#include <tinynet/graph/boost_graph.hpp>
#include <tinynet/io/extxyz.hpp>

#include <boost/graph/connected_components.hpp>

#include <cstddef>
#include <filesystem>
#include <iomanip>
#include <iostream>
#include <map>
#include <string>
#include <vector>

namespace {

void show(const std::string& title, const tinynet::structure& crystal, const tinynet::bond_rule& rule) {
    const tinynet::bond_graph graph{crystal, rule};
    std::cout << title << ": " << graph.atom_count() << " atoms, " << graph.bond_count() / 2 << " bonds\n";

    // How many atoms of a species have how many bonds; a bond to another image of the cell is a bond like any
    // other.
    std::map<tinynet::species, std::map<std::size_t, std::size_t>> coordination;
    for (std::size_t i = 0; i < graph.atom_count(); ++i)
        ++coordination[crystal.species()[i]][graph.bonds(tinynet::atom_index{i}).size()];
    for (const auto& [kind, atoms_of] : coordination)
        for (const auto& [bonds, atoms] : atoms_of)
            std::cout << "  " << atoms << " " << kind.symbol() << " with " << bonds << " bonds\n";

    tinynet::bond_index across{0}; // the first bond that leads into another image of the cell
    while (graph.shift(across) == tinynet::image_shift{})
        across = tinynet::bond_index{across + 1};
    const tinynet::atom_index center = graph.source(across);
    std::cout << "  bonds of atom " << center << " (" << crystal.species()[center].symbol() << "):\n";
    for (const tinynet::bond_index bond : graph.bonds(center)) {
        const tinynet::image_shift shift = graph.shift(bond);
        std::cout << "    to atom " << std::setw(2) << graph.target(bond) << ", image " << std::setw(2)
                  << shift.a << ' ' << std::setw(2) << shift.b << ' ' << std::setw(2) << shift.c << ", "
                  << std::fixed << std::setprecision(4) << graph.length(bond) << " Å\n";
    }

    std::vector<std::size_t> component(graph.atom_count());
    std::cout << "  connected components: " << boost::connected_components(graph, component.data()) << '\n';
}

} // namespace

int main(int argc, char** argv) {
    const std::filesystem::path data = argc > 1 ? argv[1] : "examples/data";
    const tinynet::structure moo3 = tinynet::read_extxyz(data / "moo3_reference.extxyz").front().geometry;
    const tinynet::structure batio3 = tinynet::read_extxyz(data / "batio3_reference.extxyz").front().geometry;

    show("MoO3, unlike species closer than 3.1 Å", moo3, tinynet::bond_rule{3.1});

    tinynet::bond_rule only_titanium{3.1};
    only_titanium.set_pair_cutoff(tinynet::species{"Ba"}, tinynet::species{"O"}, 0.0);
    show("BaTiO3 without its Ba-O bonds", batio3, only_titanium);
}
