// SPDX-License-Identifier: MIT
#ifndef TINYNET_IO_DETAIL_MOMENT_TENSORS_HPP
#define TINYNET_IO_DETAIL_MOMENT_TENSORS_HPP

/// \file
/// Settings, networks and statistics of an energy model in its file.

#include <tinynet/geometry/species.hpp>
#include <tinynet/io/detail/model_settings.hpp>
#include <tinynet/io/detail/model_tensors.hpp>
#include <tinynet/io/safetensors.hpp>
#include <tinynet/model/moment_model.hpp>
#include <tinynet/moments/options.hpp>

#include <nlohmann/json.hpp>

#include <cstddef>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

namespace tinynet::detail {

inline nlohmann::json to_json(const moment_options& options) {
    return {{"pair_cutoff", options.pair_cutoff},
            {"pair_count", options.pair_count},
            {"orbital_cutoff", options.orbital_cutoff},
            {"orbital_count", options.orbital_count},
            {"max_angular_momentum", options.max_angular_momentum}};
}

inline moment_options load_moment_options(const safetensors& file) {
    const named_file place{file.file};
    return read_json(file, "moments", [&](const nlohmann::json& settings) {
        moment_options options;
        options.pair_cutoff = settings.at("pair_cutoff").get<double>();
        options.pair_count = count_from(settings.at("pair_count"), place);
        options.orbital_cutoff = settings.at("orbital_cutoff").get<double>();
        options.orbital_count = count_from(settings.at("orbital_count"), place);
        options.max_angular_momentum = count_from(settings.at("max_angular_momentum"), place);
        return options;
    });
}

template <typename Real>
void store_precise(safetensors& file, const moment_model<Real>& model) {
    std::string symbols;
    std::vector<double> constants;
    for (std::size_t k = 0; k < model.networks().size(); ++k) {
        const species_network<Real>& own = model.networks()[k];
        symbols += (symbols.empty() ? "" : " ") + std::string{own.kind.symbol()};
        constants.push_back(own.constant);
        store_layers(file, k, own.net);
        const std::string prefix = network_prefix(k) + "features.";
        set_vector(file, prefix + "mean", own.features.mean);
        set_vector(file, prefix + "deviation", own.features.deviation);
        set_vector(file, prefix + "minima", own.features.minima);
        set_vector(file, prefix + "maxima", own.features.maxima);
    }
    file.metadata["species"] = symbols;
    file.metadata["activation"] = "tanh";
    file.metadata["moments"] = to_json(model.options()).dump();
    set_vector<double>(file, "atoms.energy", constants);
    set_vector<double>(file, "outputs.scale", std::vector{model.scale()});
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
    std::vector<species_network<Real>> networks;
    for (std::size_t k = 0; k < kinds.size(); ++k) {
        network<Real> net = load_layers<Real>(file, k);
        const auto load = [&](const std::string& name) {
            return load_vector(file, network_prefix(k) + "features." + name, net.input_width());
        };
        feature_statistics features{load("mean"), load("deviation"), load("minima"), load("maxima")};
        networks.push_back({kinds[k], std::move(net), std::move(features), constants[k]});
    }
    return {load_moment_options(file), std::move(networks), scale.front()};
}

} // namespace tinynet::detail

#endif
