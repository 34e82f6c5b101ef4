// SPDX-License-Identifier: MIT
#ifndef TINYNET_IO_DETAIL_MODEL_TENSORS_HPP
#define TINYNET_IO_DETAIL_MODEL_TENSORS_HPP

/// \file
/// Reference structure, networks and scalings of a model as tensors of its file.

#include <tinynet/descriptor/descriptor.hpp>
#include <tinynet/descriptor/feature_count.hpp>
#include <tinynet/detail/precompiled.hpp>
#include <tinynet/detail/text.hpp>
#include <tinynet/geometry/structure.hpp>
#include <tinynet/io/detail/model_settings.hpp>
#include <tinynet/io/safetensors.hpp>
#include <tinynet/io/tensor.hpp>
#include <tinynet/model/atomic_model.hpp>
#include <tinynet/nn/network.hpp>
#include <tinynet/types.hpp>

#include <Eigen/Core>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace tinynet::detail {

template <typename Number>
void set_vector(safetensors& file, const std::string& name, std::span<const Number> values) {
    file.set<Number>(name, {values.size()}, values);
}

inline void set_vector(safetensors& file, const std::string& name, const Eigen::VectorXd& values) {
    set_vector<double>(file, name, {values.data(), static_cast<std::size_t>(values.size())});
}

/// Row-major, as other programs expect it: `outputs x inputs`.
template <typename Real>
void set_matrix(safetensors& file, const std::string& name, const const_weight_map<Real>& matrix) {
    const Eigen::Matrix<Real, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor> rows = matrix;
    file.set<Real>(name, {static_cast<std::size_t>(rows.rows()), static_cast<std::size_t>(rows.cols())},
                   {rows.data(), static_cast<std::size_t>(rows.size())});
}

inline void store_reference(safetensors& file, const structure& reference) {
    std::vector<std::int32_t> numbers;
    for (const species kind : reference.species())
        numbers.push_back(kind.atomic_number());
    const std::span<const double> positions = flat(reference.positions());
    const Eigen::Matrix<double, 3, 3, Eigen::RowMajor> rows = reference.cell().rows();
    std::vector<std::uint8_t> periodic;
    for (const bool axis : reference.cell().periodic())
        periodic.push_back(axis ? 1 : 0);
    set_vector<std::int32_t>(file, "reference.species", numbers);
    file.set<double>("reference.positions", {numbers.size(), 3}, positions);
    file.set<double>("reference.cell", {3, 3}, {rows.data(), 9});
    set_vector<std::uint8_t>(file, "reference.periodic", periodic);
}

/// The numbers of a tensor of known shape.
template <typename Number>
std::vector<Number> load_shape(const safetensors& file, const std::string& name,
                               const std::vector<std::size_t>& shape) {
    if (file.at(name).shape != shape) {
        std::string expected;
        for (const std::size_t extent : shape)
            expected += (expected.empty() ? "" : " x ") + std::to_string(extent);
        named_file{file.file}.fail("tensor ", in_quotes(name), " has another shape than ", expected);
    }
    return file.values<Number>(name);
}

inline structure load_reference(const safetensors& file) {
    const std::size_t count = file.at("reference.species").bytes.size() / sizeof(std::int32_t);
    const auto numbers = load_shape<std::int32_t>(file, "reference.species", {count});
    const auto positions = load_shape<double>(file, "reference.positions", {count, 3});
    const auto rows = load_shape<double>(file, "reference.cell", {3, 3});
    const auto periodic = load_shape<std::uint8_t>(file, "reference.periodic", {3});
    std::vector<species> kinds;
    std::vector<vector3> places;
    for (std::size_t i = 0; i < count; ++i) {
        kinds.emplace_back(static_cast<int>(numbers[i]));
        places.emplace_back(positions[3 * i], positions[3 * i + 1], positions[3 * i + 2]);
    }
    const matrix3 lattice = Eigen::Map<const Eigen::Matrix<double, 3, 3, Eigen::RowMajor>>{rows.data()};
    return {cell{lattice, {periodic[0] != 0, periodic[1] != 0, periodic[2] != 0}}, std::move(kinds),
            std::move(places)};
}

inline Eigen::VectorXd load_vector(const safetensors& file, const std::string& name, std::size_t size) {
    const auto values = load_shape<double>(file, name, {size});
    return Eigen::Map<const Eigen::VectorXd>{values.data(), static_cast<Eigen::Index>(size)};
}

inline std::string network_prefix(std::size_t number) { return "networks." + std::to_string(number) + "."; }
inline std::string layer_prefix(std::size_t network, std::size_t layer) {
    return network_prefix(network) + "layers." + std::to_string(layer) + ".";
}

template <typename Real>
void store_layers(safetensors& file, std::size_t number, const network<Real>& net) {
    for (std::size_t layer = 0; layer < net.layer_count(); ++layer) {
        const auto bias = net.bias(layer);
        set_matrix<Real>(file, layer_prefix(number, layer) + "weight", net.weights(layer));
        set_vector<Real>(file, layer_prefix(number, layer) + "bias",
                         {bias.data(), static_cast<std::size_t>(bias.size())});
    }
}

template <typename Real>
void store_network(safetensors& file, std::size_t number, const trained_network<Real>& trained) {
    const std::string prefix = network_prefix(number);
    store_layers(file, number, trained.net);
    set_vector(file, prefix + "features.minima", trained.features.minima());
    set_vector(file, prefix + "features.maxima", trained.features.maxima());
    set_vector(file, prefix + "outputs.mean", trained.outputs.mean);
    set_vector(file, prefix + "outputs.width", trained.outputs.width);
}

/// Widths from input to output, read off the shapes of the weights.
inline std::vector<std::size_t> load_widths(const safetensors& file, std::size_t number) {
    std::vector<std::size_t> widths;
    for (std::size_t layer = 0; file.tensors.contains(layer_prefix(number, layer) + "weight"); ++layer) {
        const std::string name = layer_prefix(number, layer) + "weight";
        const auto& shape = file.at(name).shape;
        if (shape.size() != 2 || (!widths.empty() && shape[1] != widths.back()))
            named_file{file.file}.fail("the shape of tensor ", in_quotes(name),
                                       " does not follow the layer before it");
        if (widths.empty())
            widths.push_back(shape[1]);
        widths.push_back(shape[0]);
    }
    if (widths.size() < 3)
        named_file{file.file}.fail("network ", number, " has no hidden layer; expected tensors ",
                                   in_quotes(layer_prefix(number, 0) + "weight"), " and on");
    return widths;
}

template <typename Real>
network<Real> load_layers(const safetensors& file, std::size_t number) {
    const auto widths = load_widths(file, number);
    const std::span<const std::size_t> hidden = std::span{widths}.subspan(1, widths.size() - 2);
    network<Real> net = make_network<Real>(widths.front(), hidden, widths.back());
    using row_major = Eigen::Matrix<Real, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
    for (std::size_t layer = 0; layer < net.layer_count(); ++layer) {
        const std::string prefix = layer_prefix(number, layer);
        const auto weights = load_shape<Real>(file, prefix + "weight", {widths[layer + 1], widths[layer]});
        const auto bias = load_shape<Real>(file, prefix + "bias", {widths[layer + 1]});
        net.weights(layer) =
            Eigen::Map<const row_major>{weights.data(), static_cast<Eigen::Index>(widths[layer + 1]),
                                        static_cast<Eigen::Index>(widths[layer])};
        net.bias(layer) =
            Eigen::Map<const Eigen::Matrix<Real, Eigen::Dynamic, 1>>{bias.data(), net.bias(layer).size()};
    }
    return net;
}

template <typename Real>
trained_network<Real> load_network(const safetensors& file, std::size_t number) {
    trained_network<Real> trained{load_layers<Real>(file, number), {}, {}};
    const std::size_t inputs = trained.net.input_width();
    const std::size_t outputs = trained.net.output_width();
    const std::string prefix = network_prefix(number);
    trained.features = {load_vector(file, prefix + "features.minima", inputs),
                        load_vector(file, prefix + "features.maxima", inputs)};
    trained.outputs = {load_vector(file, prefix + "outputs.mean", outputs),
                       load_vector(file, prefix + "outputs.width", outputs)};
    return trained;
}

/// Whether the networks are double rather than float.
inline bool stores_double(const safetensors& file) {
    return file.at(layer_prefix(0, 0) + "weight").type == dtype::f64;
}

inline void check_activation(const safetensors& file) {
    if (file.metadata_at("activation") != "tanh")
        named_file{file.file}.fail("the activation is ", in_quotes(file.metadata_at("activation")),
                                   ", expected 'tanh'");
}

template <typename Real>
void store_precise(safetensors& file, const atomic_model<Real>& model) {
    store_descriptor_settings(file, model.features());
    store_reference(file, model.features().reference());
    file.metadata["networks"] = name_of(model.choice());
    file.metadata["activation"] = "tanh";
    for (std::size_t k = 0; k < model.networks().size(); ++k)
        store_network(file, k, model.networks()[k]);
}

/// Before the paths of a descriptor are listed: a few damaged bytes can ask for billions of them.
inline void check_feature_count(const structure& reference, const bond_rule& rule,
                                const descriptor_options& options, std::size_t widest,
                                const named_file& place) {
    try {
        const auto per_atom = static_cast<double>(widest);
        feature_count(reference, rule, options,
                      {.all = static_cast<double>(reference.atom_count()) * per_atom, .per_atom = per_atom});
    } catch (const too_many_walks&) {
        place.fail("the descriptor has more features than the ", widest, " inputs of its networks");
    }
}

template <typename Real>
atomic_model<Real> load_atomic_model(const safetensors& file) {
    const named_file place{file.file};
    check_activation(file);
    const network_choice choice = enumerator_of(
        file.metadata_at("networks"),
        std::array{network_choice::shared, network_choice::species, network_choice::site}, place);
    structure reference = load_reference(file);
    if (const std::string& listed = file.metadata_at("species"); listed != species_list(reference))
        place.fail("the species are ", in_quotes(listed), ", those of the reference are ",
                   in_quotes(species_list(reference)));
    std::vector<trained_network<Real>> networks;
    std::size_t widest = 0;
    while (file.tensors.contains(layer_prefix(networks.size(), 0) + "weight")) {
        networks.push_back(load_network<Real>(file, networks.size()));
        widest = std::max(widest, networks.back().net.input_width());
    }
    const bond_rule rule = load_bond_rule(file);
    const descriptor_options options = load_descriptor_options(file);
    check_feature_count(reference, rule, options, widest, place);
    auto d = std::make_shared<const descriptor>(std::move(reference), rule, options);
    return {std::move(d), choice, std::move(networks)};
}

TINYNET_PRECOMPILED(atomic_model<float> load_atomic_model<float>(const safetensors&));
TINYNET_PRECOMPILED(atomic_model<double> load_atomic_model<double>(const safetensors&));
TINYNET_PRECOMPILED(void store_precise<float>(safetensors&, const atomic_model<float>&));
TINYNET_PRECOMPILED(void store_precise<double>(safetensors&, const atomic_model<double>&));

} // namespace tinynet::detail

#endif
