// SPDX-License-Identifier: MIT

/// \file
/// What the canonical order of neighbors alone brings: layout paper of L_4^(2) as published, and with the
/// neighbors of every block in the order of layout compact. The rest is as `tinynet train forces` does it.
///
///     tinynet_neighbor_order DATA.extxyz REFERENCE.extxyz walks|cycles shared|site copies|plain EPOCHS
///     THREADS
///
/// Prints the mean absolute errors of the forces of the test structures over the mean absolute force, as
/// JSON.

#include <tinynet/descriptor/descriptor.hpp>
#include <tinynet/detail/random.hpp>
#include <tinynet/io/extxyz.hpp>
#include <tinynet/model/network_choice.hpp>
#include <tinynet/nn/initialize.hpp>
#include <tinynet/training/atomic_dataset.hpp>
#include <tinynet/training/atomic_trainer.hpp>
#include <tinynet/training/metrics.hpp>
#include <tinynet/training/split.hpp>
#include <tinynet/training/train.hpp>

#include <benchmarks/support/symmetry_copies.hpp>

#include <Eigen/Core>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdio>
#include <exception>
#include <iostream>
#include <numeric>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace {

using namespace tinynet;

/// The atoms that one network serves, with the test structures apart.
struct problem {
    network_dataset<float> data;
    regression_data<float> test;
};

/// For every row of the features of an atom, which row of the published order belongs there.
std::vector<Eigen::Index> canonical_rows(const site& pattern, const column_layout& layout) {
    std::vector<Eigen::Index> rows(layout.width());
    std::iota(rows.begin(), rows.end(), Eigen::Index{0});
    const std::array ranks{detail::coordinate_ranks(pattern.shape, 0),
                           detail::coordinate_ranks(pattern.shape, 1),
                           detail::coordinate_ranks(pattern.shape, 2)};
    for (std::size_t shell = 0; shell < pattern.shells.size(); ++shell) {
        const auto& listed = pattern.shells[shell].vertices;
        std::vector<std::size_t> order(listed.size());
        std::iota(order.begin(), order.end(), std::size_t{0});
        std::ranges::sort(order, {}, [&](std::size_t place) {
            const std::uint32_t v = listed[place];
            return std::tuple{pattern.shape[v].kind, ranks[0][v], ranks[1][v], ranks[2][v], v, place};
        });
        for (std::size_t place = 0; place < order.size(); ++place) {
            const neighbor_columns& from = layout.shells()[shell][order[place]];
            const neighbor_columns& to = layout.shells()[shell][place];
            rows[to.species.value()] = static_cast<Eigen::Index>(from.species.value());
            for (std::size_t axis = 0; axis < 3; ++axis)
                rows[to.coordinates + axis] = static_cast<Eigen::Index>(from.coordinates + axis);
        }
    }
    return rows;
}

/// Puts the neighbors of all atoms into the canonical order and scales the features anew.
/// \param rows  canonical_rows() of the atoms of a structure.
void reorder(problem& p, const std::vector<std::vector<Eigen::Index>>& rows) {
    const min_max_scaler published = p.data.features;
    const auto reordered = [&](batch_matrix<float>& inputs) {
        published.undo(inputs);
        for (Eigen::Index column = 0; column < inputs.cols(); ++column) {
            const Eigen::VectorXf before = inputs.col(column);
            inputs.col(column) = before(rows[static_cast<std::size_t>(column) % rows.size()]);
        }
    };
    reordered(p.data.training.inputs);
    detail::row_ranges ranges;
    ranges.add(p.data.training.inputs.cast<double>());
    p.data.features = ranges.scaler<float>();
    reordered(p.data.validation.inputs);
    reordered(p.test.inputs);
    for (batch_matrix<float>* inputs : {&p.data.training.inputs, &p.data.validation.inputs, &p.test.inputs})
        p.data.features.apply(*inputs);
}

/// Trains network number `k` of a model and adds its errors on the test structures.
void train_and_test(const problem& p, std::size_t k, std::size_t epochs, worker_pool& pool,
                    error_metrics& errors) {
    const std::array<std::size_t, 2> hidden{16, 32};
    auto start = make_network<float>(static_cast<std::size_t>(p.data.training.inputs.rows()), hidden, 3);
    regression_settings settings{.epochs = epochs};
    initialize(start, {.seed = detail::seed_of_network(settings.seed, k)});
    settings.adam.weight_decay = suggested_weight_decay(
        start.parameter_count(), static_cast<std::size_t>(p.data.training.inputs.cols()));
    regression_trainer<float> trainer{std::move(start), p.data.training, p.data.validation, settings};
    train(trainer, pool);
    const network<float> best = trainer.best();
    auto workspace = best.make_workspace(static_cast<std::size_t>(p.test.inputs.cols()));
    batch_matrix<float> outputs(p.test.targets.rows(), p.test.targets.cols());
    best.forward(p.test.inputs, workspace, outputs);
    for (Eigen::Index column = 0; column < outputs.cols(); ++column)
        for (Eigen::Index row = 0; row < outputs.rows(); ++row) {
            const auto force = [&](float scaled) {
                return static_cast<double>(scaled) * p.data.outputs.width[row] + p.data.outputs.mean[row];
            };
            errors.add(force(outputs(row, column)), force(p.test.targets(row, column)));
        }
}

void measure(char** arguments) {
    std::vector<labeled_structure> structures = read_extxyz(arguments[1]);
    const structure reference = read_extxyz(arguments[2]).front().geometry;
    const bool walks = std::string{arguments[3]} == "walks";
    const descriptor d{
        reference,
        bond_rule{},
        {.paths = walks ? path_kind::walks : path_kind::cycles, .layout = feature_layout::paper}};
    const bool shared = std::string{arguments[4]} == "shared";
    dataset_split split = split_dataset(structures.size(), {}, 1);
    if (std::string{arguments[5]} == "copies")
        bench::add_symmetry_copies(reference, structures, split.training);
    const std::size_t epochs = std::stoul(arguments[6]);
    worker_pool pool{std::stoul(arguments[7])};

    const auto networks = sites_of_networks(d, shared ? network_choice::shared : network_choice::site);
    error_metrics published;
    error_metrics canonical;
    for (std::size_t k = 0; k < networks.size(); ++k) {
        const auto data_with = [&](const std::vector<std::size_t>& held_out) {
            return make_network_dataset<float>(d, networks[k], {structures, split.training, held_out},
                                               force_targets);
        };
        problem p{data_with(split.validation), data_with(split.test).validation};
        train_and_test(p, k, epochs, pool, published);
        const column_layout layout = layout_of(d, networks[k]);
        std::vector<std::vector<Eigen::Index>> rows;
        for (std::uint32_t i = 0; i < reference.atom_count(); ++i)
            if (const std::uint32_t number = d.reference_topology().site_of(i);
                std::ranges::find(networks[k], number) != networks[k].end())
                rows.push_back(canonical_rows(d.sites()[number], layout));
        reorder(p, rows);
        train_and_test(p, k, epochs, pool, canonical);
    }
    std::printf("{\"published\": %.6g, \"canonical\": %.6g}\n",
                published.mae() / published.mean_absolute_target(),
                canonical.mae() / canonical.mean_absolute_target());
}

} // namespace

int main(int argc, char** argv) {
    if (argc != 8) {
        std::cerr
            << "usage: tinynet_neighbor_order DATA REFERENCE walks|cycles shared|site copies|plain EPOCHS "
               "THREADS\n";
        return 2;
    }
    try {
        measure(argv);
    } catch (const std::exception& problem) {
        std::cerr << problem.what() << '\n';
        return 1;
    }
}
