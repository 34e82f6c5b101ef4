// SPDX-License-Identifier: MIT
#include "commands.hpp"
#include <tinynet/detail/text.hpp>
#include <tinynet/io/detail/extxyz_values.hpp>
#include <tinynet/io/model_file.hpp>

#include <cstddef>
#include <filesystem>
#include <iomanip>
#include <iostream>
#include <memory>
#include <span>
#include <sstream>
#include <string_view>
#include <type_traits>
#include <variant>

namespace tinynet::program {

namespace {

template <typename Real>
const network<Real>& first_network(const trained_network<Real>& trained) {
    return trained.net;
}

template <typename Real>
const network<Real>& first_network(const species_network<Real>& own) {
    return own.nets.front();
}

template <typename Networks>
void print_networks(std::string_view choice, const Networks& networks) {
    using real = typename std::remove_cvref_t<decltype(first_network(networks.front()))>::real;
    std::cout << "networks            " << choice << ", " << (sizeof(real) == 4 ? "float" : "double") << '\n';
    for (std::size_t k = 0; k < networks.size(); ++k) {
        const auto& net = first_network(networks[k]);
        std::cout << "  network " << k << "         ";
        for (std::size_t layer = 0; layer < net.widths().size(); ++layer)
            std::cout << (layer == 0 ? "" : "-") << net.widths()[layer];
        std::cout << ", " << net.parameter_count() << " parameters\n";
    }
}

void print_bonds(const bond_rule& rule) {
    std::cout << "bonds               " << name_of(rule.partners()) << " species closer than "
              << detail::number_text(rule.default_cutoff()) << " Å";
    for (const auto& [pair, cutoff] : rule.pair_cutoffs())
        std::cout << ", " << pair.first.symbol() << "-" << pair.second.symbol() << " "
                  << detail::number_text(cutoff) << " Å";
    std::cout << '\n';
}

/// What the model predicts, and in which unit.
std::string_view unit_of(const force_model&) {
    std::cout << "model               forces in eV/Å from positions in Å; no energy, no virial\n";
    return "eV/Å";
}

std::string_view unit_of(const ldos_model& model) {
    const energy_grid& grid = model.grid();
    std::cout << "model               LDOS in states/eV from positions in Å\nenergies            "
              << grid.count << " from " << grid.first << " eV in steps of " << grid.step << " eV";
    if (!grid.reference.empty())
        std::cout << ", relative to " << detail::printable(grid.reference);
    if (grid.broadening > 0.0)
        std::cout << ", broadened by " << grid.broadening << " eV";
    std::cout << '\n';
    return "states/eV";
}

std::string_view unit_of(const energy_model&) {
    std::cout << "model               energy in eV from positions in Å; forces and virial are its gradient\n";
    return "eV/Å";
}

void print_species(std::span<const species> kinds) {
    std::cout << "species            ";
    for (const species kind : kinds)
        std::cout << ' ' << kind.symbol();
}

/// What is known of the errors.
std::string rmse_of(const training_record& record, std::string_view unit) {
    if (record.epochs == 0)
        return "not trained by tinynet";
    return detail::text("RMSE ", detail::number_text(record.best_rmse), " ",
                        record.judged_by_energies ? "eV/atom" : unit, " in ",
                        record.split.validation.empty() ? "training" : "validation");
}

void print_record(const training_record& record, std::string_view unit) {
    std::cout << "training            " << record.epochs << " epochs, seed " << record.seed
              << "; structures: " << record.split.training.size() << " training, "
              << record.split.validation.size() << " validation, " << record.split.test.size() << " test; "
              << (record.symmetry_operations > 1
                      ? "copied by " + std::to_string(record.symmetry_operations) + " symmetry operations; "
                      : "")
              << rmse_of(record, unit) << "\ndata (SHA-256)      "
              << (record.data_sha256.empty() ? "unknown" : record.data_sha256) << '\n';
}

void print_model(const per_atom_model& model, std::string_view unit) {
    const descriptor& d = model.features();
    const descriptor_options& options = d.options();
    print_species(model.known_species());
    std::cout << "\ndescriptor          L_" << options.max_walk_hops << "^(" << options.max_neighbor_hops
              << "), " << name_of(options.paths) << ", layout " << name_of(options.layout) << '\n';
    print_bonds(d.rule());
    std::cout << "reference           " << d.reference().atom_count() << " atoms in " << d.class_count()
              << " site classes\ncutoff              " << model.cutoff() << " Å\nreceptive radius    "
              << model.receptive_radius() << " Å\n";
    std::visit([](const auto& precise) { print_networks(name_of(precise.choice()), precise.networks()); },
               model.precise());
    print_record(model.record(), unit);
}

/// By pairs of species, each once.
template <typename Real>
void print_shortest_distances(std::span<const species_network<Real>> networks) {
    std::ostringstream pairs;
    pairs << std::fixed << std::setprecision(2);
    for (std::size_t one = 0; one < networks.size(); ++one)
        for (std::size_t other = one; other < networks[one].shortest_distances.size(); ++other)
            if (const double distance = networks[one].shortest_distances[other]; distance > 0.0)
                pairs << (pairs.str().empty() ? "" : ", ") << networks[one].kind.symbol() << '-'
                      << networks[other].kind.symbol() << ' ' << distance;
    if (!pairs.str().empty())
        std::cout << "repulsion below     " << pairs.str() << " Å, the shortest distances seen\n";
}

void print_model(const energy_model& model, std::string_view unit) {
    const moment_options& moments = model.moments();
    print_species(model.known_species());
    std::cout << "\ndescriptor          moments: walks of two hops with " << moments.weight_count
              << " weights of a bond";
    if (moments.orbital_count > 0)
        std::cout << "; of four hops through " << moments.orbital_count << " orbitals of each l = 0 to "
                  << moments.max_angular_momentum;
    std::cout << "\ncutoff              " << model.cutoff() << " Å\nreceptive radius    "
              << model.receptive_radius() << " Å\n";
    if (moments.repulsion_cutoff > 0.0)
        std::cout << "repulsion           ZBL, up to " << moments.repulsion_cutoff << " Å\n";
    std::visit([](const auto& precise) { print_shortest_distances(precise.networks()); }, model.precise());
    std::cout << "committee           " << model.member_count()
              << (model.member_count() == 1 ? " member\n" : " members\n");
    std::visit([](const auto& precise) { print_networks("species", precise.networks()); }, model.precise());
    print_record(model.record(), unit);
}

} // namespace

void add_info(CLI::App& app) {
    const auto path = std::make_shared<std::filesystem::path>();
    CLI::App& command = *app.add_subcommand("info", "Print what a model file holds");
    command.add_option("model", *path, "Model file")->required();
    command.callback([path] {
        std::visit([](const auto& model) { print_model(model, unit_of(model)); }, load_model(*path));
    });
}

} // namespace tinynet::program
