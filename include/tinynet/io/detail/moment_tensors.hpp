// SPDX-License-Identifier: MIT
#ifndef TINYNET_IO_DETAIL_MOMENT_TENSORS_HPP
#define TINYNET_IO_DETAIL_MOMENT_TENSORS_HPP

/// \file
/// Settings, networks and statistics of an energy model in its file.

#include <tinynet/detail/precompiled.hpp>
#include <tinynet/geometry/species.hpp>
#include <tinynet/io/detail/model_settings.hpp>
#include <tinynet/io/detail/model_tensors.hpp>
#include <tinynet/io/safetensors.hpp>
#include <tinynet/model/moment_model.hpp>
#include <tinynet/moments/options.hpp>
#include <tinynet/nn/batch.hpp>

#include <nlohmann/json.hpp>

#include <cstddef>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

namespace tinynet::detail {

inline nlohmann::json to_json(const moment_options& options) {
    return {{"cutoff", options.cutoff},
            {"weight_count", options.weight_count},
            {"orbital_count", options.orbital_count},
            {"max_angular_momentum", options.max_angular_momentum},
            {"repulsion_cutoff", options.repulsion_cutoff}};
}

inline moment_options load_moment_options(const safetensors& file) {
    const named_file place{file.file};
    return read_json(file, "moments", [&](const nlohmann::json& settings) {
        moment_options options;
        options.cutoff = settings.at("cutoff").get<double>();
        options.weight_count = count_from(settings.at("weight_count"), place);
        options.orbital_count = count_from(settings.at("orbital_count"), place);
        options.max_angular_momentum = count_from(settings.at("max_angular_momentum"), place);
        options.repulsion_cutoff = settings.value("repulsion_cutoff", 0.0);
        return options;
    });
}

/// As a matrix with a row per sum of bonds, which is how a column-major one lies in memory.
template <typename Real>
void store_orbitals(safetensors& file, std::size_t number, const batch_matrix<Real>& coefficients) {
    file.set<Real>(
        network_prefix(number) + "orbitals",
        {static_cast<std::size_t>(coefficients.cols()), static_cast<std::size_t>(coefficients.rows())},
        {coefficients.data(), static_cast<std::size_t>(coefficients.size())});
}

template <typename Real>
batch_matrix<Real> load_orbitals(const safetensors& file, std::size_t number, const moment_options& options,
                                 std::size_t species_count) {
    const std::size_t sums = species_count * options.weight_count;
    const auto numbers =
        load_shape<Real>(file, network_prefix(number) + "orbitals", {sums, options.orbital_count});
    return Eigen::Map<const batch_matrix<Real>>{
        numbers.data(), static_cast<Eigen::Index>(options.orbital_count), static_cast<Eigen::Index>(sums)};
}

template <typename Real>
void store_precise(safetensors& file, const moment_model<Real>& model) {
    std::string symbols;
    std::vector<double> constants;
    for (std::size_t k = 0; k < model.networks().size(); ++k) {
        const species_network<Real>& own = model.networks()[k];
        symbols += (symbols.empty() ? "" : " ") + std::string{own.kind.symbol()};
        constants.push_back(own.constant);
        for (std::size_t member = 0; member < own.nets.size(); ++member) {
            const std::size_t number = k + member * model.networks().size();
            store_layers(file, number, own.nets[member]);
            store_orbitals(file, number, own.orbitals[member]);
        }
        const std::string prefix = network_prefix(k) + "features.";
        set_vector(file, prefix + "mean", own.features.mean);
        set_vector(file, prefix + "deviation", own.features.deviation);
        set_vector(file, prefix + "minima", own.features.minima);
        set_vector(file, prefix + "maxima", own.features.maxima);
        if (!own.shortest_distances.empty())
            set_vector<double>(file, network_prefix(k) + "shortest_distances", own.shortest_distances);
    }
    file.metadata["species"] = symbols;
    file.metadata["committee"] = std::to_string(model.member_count());
    file.metadata["activation"] = "tanh";
    file.metadata["moments"] = to_json(model.options()).dump();
    set_vector<double>(file, "atoms.energy", constants);
    set_vector<double>(file, "outputs.scale", std::vector{model.scale()});
}

/// Files from before there were committees do not say.
inline std::size_t load_member_count(const safetensors& file) {
    if (!file.metadata.contains("committee"))
        return 1;
    const named_file place{file.file};
    return read_json(file, "committee", [&](const nlohmann::json& count) {
        const std::size_t members = count_from(count, place);
        if (members == 0 || members > max_committee_size)
            place.fail("the committee has ", members, " members, expected 1 to ", max_committee_size);
        return members;
    });
}

template <typename Real>
moment_model<Real> load_moment_model(const safetensors& file) {
    check_activation(file);
    std::vector<species> kinds;
    std::istringstream symbols{file.metadata_at("species")};
    for (std::string symbol; symbols >> symbol;)
        kinds.emplace_back(std::string_view{symbol});
    const auto constants = load_shape<double>(file, "atoms.energy", {kinds.size()});
    const auto scale = load_shape<double>(file, "outputs.scale", {1});
    const std::size_t members = load_member_count(file);
    const moment_options options = load_moment_options(file);
    std::vector<species_network<Real>> networks;
    for (std::size_t k = 0; k < kinds.size(); ++k) {
        std::vector<network<Real>> nets;
        std::vector<batch_matrix<Real>> orbitals;
        for (std::size_t member = 0; member < members; ++member) {
            const std::size_t number = k + member * kinds.size();
            nets.push_back(load_layers<Real>(file, number));
            orbitals.push_back(load_orbitals<Real>(file, number, options, kinds.size()));
        }
        const auto load = [&](const std::string& name) {
            return load_vector(file, network_prefix(k) + "features." + name, nets.front().input_width());
        };
        feature_statistics features{load("mean"), load("deviation"), load("minima"), load("maxima")};
        std::vector<double> shortest_distances;
        if (const std::string name = network_prefix(k) + "shortest_distances"; file.tensors.contains(name))
            shortest_distances = load_shape<double>(file, name, {kinds.size()});
        networks.push_back({kinds[k], std::move(nets), std::move(orbitals), std::move(features), constants[k],
                            std::move(shortest_distances)});
    }
    return {options, std::move(networks), scale.front()};
}

TINYNET_PRECOMPILED(moment_model<float> load_moment_model<float>(const safetensors&));
TINYNET_PRECOMPILED(moment_model<double> load_moment_model<double>(const safetensors&));
TINYNET_PRECOMPILED(void store_precise<float>(safetensors&, const moment_model<float>&));
TINYNET_PRECOMPILED(void store_precise<double>(safetensors&, const moment_model<double>&));

} // namespace tinynet::detail

#endif
