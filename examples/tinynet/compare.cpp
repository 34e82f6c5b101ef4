// SPDX-License-Identifier: MIT
#include "commands.hpp"
#include "error_report.hpp"
#include "files.hpp"
#include "number_checks.hpp"
#include "predicted_frame.hpp"
#include "topology_options.hpp"
#include "training_data.hpp"
#include "training_run.hpp"
#include <tinynet/descriptor/bond_geometry.hpp>
#include <tinynet/descriptor/descriptor.hpp>
#include <tinynet/descriptor/feature_count.hpp>
#include <tinynet/descriptor/features.hpp>
#include <tinynet/detail/lanes.hpp>
#include <tinynet/error.hpp>
#include <tinynet/io/atomic_file.hpp>
#include <tinynet/io/detail/extxyz_values.hpp>
#include <tinynet/model/atomic_model.hpp>
#include <tinynet/model/folded_networks.hpp>
#include <tinynet/model/network_choice.hpp>
#include <tinynet/nn/network.hpp>
#include <tinynet/parallel/worker_pool.hpp>
#include <tinynet/training/atomic_trainer.hpp>
#include <tinynet/training/metrics.hpp>
#include <tinynet/training/reference.hpp>
#include <tinynet/training/split.hpp>
#include <tinynet/training/targets.hpp>
#include <tinynet/training/train.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <iomanip>
#include <iostream>
#include <limits>
#include <malloc.h>
#include <memory>
#include <optional>
#include <span>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

namespace tinynet::program {

namespace {

/// One descriptor and one way to share networks.
struct variant {
    descriptor_options features;
    network_choice networks = network_choice::site;
};

struct compare_options {
    std::filesystem::path data;
    std::filesystem::path output;
    std::vector<std::string> variants;
    double seconds = 5.0;
    std::uint64_t seed = 1;
    std::size_t threads = 0;
    bool symmetry_copies = false;
    topology_options topology; ///< reference and bonds
};

/// What is told about a variant.
struct comparison {
    std::size_t inputs = 0;       ///< of the largest network
    std::size_t parameters = 0;   ///< of all networks
    double descriptor_time = 0.0; ///< µs per atom and step
    double network_time = 0.0;    ///< µs per atom and step
    double memory = 0.0;          ///< bytes per atom of a workspace
    std::size_t epochs = 0;
    error_metrics test; ///< eV/Å
};

constexpr std::array default_variants{
    "walks:4:2:paper:shared", "walks:4:2:compact:shared", "walks:4:2:compact:species",
    "walks:4:2:compact:site", "cycles:4:2:compact:site",  "walks:0:2:compact:site",
    "walks:6:2:compact:site", "walks:4:4:compact:site",
};

template <typename Enum, std::size_t Count>
Enum by_name(const std::string& name, const std::array<Enum, Count>& all, const std::string& whole) {
    for (const Enum candidate : all)
        if (name_of(candidate) == name)
            return candidate;
    throw invalid_option{"--variant " + whole + ": '" + name +
                         "' is unknown; expected paths:n:N:layout:networks such as walks:4:2:compact:site"};
}

hop_count parse_hops(const std::string& text, std::size_t most, const std::string& whole) {
    std::size_t hops = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), hops);
    if (problem != std::errc{} || end != text.data() + text.size() || hops > most)
        throw invalid_option{"--variant " + whole + ": '" + text + "' is no number of hops from 0 to " +
                             std::to_string(most)};
    return hop_count{hops};
}

variant parse_variant(const std::string& text) {
    std::array<std::string, 5> parts;
    std::istringstream stream{text};
    for (std::string& part : parts)
        std::getline(stream, part, ':');
    variant result;
    result.features.paths = by_name(parts[0], std::array{path_kind::walks, path_kind::cycles}, text);
    result.features.max_walk_hops = parse_hops(parts[1], 20, text);
    result.features.max_neighbor_hops = parse_hops(parts[2], 8, text);
    result.features.layout =
        by_name(parts[3], std::array{feature_layout::paper, feature_layout::compact}, text);
    result.networks = by_name(
        parts[4], std::array{network_choice::shared, network_choice::species, network_choice::site}, text);
    if (!stream.eof())
        throw invalid_option{"--variant " + text + ": expected five parts such as walks:4:2:compact:site"};
    check(result.features);
    return result;
}

/// Bytes on the heap of this program.
double heap_size() {
    const struct mallinfo2 heap = ::mallinfo2();
    return static_cast<double>(heap.uordblks + heap.hblkhd);
}

/// Times an action, round by round.
template <typename Action>
class stopwatch {
public:
    explicit stopwatch(Action action) : action_{std::move(action)} {}

    void run_round() {
        constexpr double seconds_per_round = 0.03;
        const auto start = clock::now();
        for (std::size_t k = 0; k < calls_; ++k)
            action_();
        const double seconds = seconds_since(start);
        if (is_warm_)
            shortest_ = std::min(shortest_, seconds / static_cast<double>(calls_));
        is_warm_ = true;
        if (seconds < seconds_per_round)
            calls_ = static_cast<std::size_t>(static_cast<double>(calls_) *
                                              std::min(100.0, 1.0 + seconds_per_round / seconds));
    }
    /// Of one call, µs: that of the fastest round.
    [[nodiscard]] double shortest() const noexcept { return 1e6 * shortest_; }

private:
    Action action_;
    std::size_t calls_ = 1;
    bool is_warm_ = false;
    double shortest_ = std::numeric_limits<double>::infinity();
};

/// The networks of a model without what computes their inputs, as a step of the model evaluates them.
class networks_alone {
public:
    explicit networks_alone(const atomic_model<float>& model) {
        for (const trained_network<float>& trained : model.networks()) {
            networks_.push_back(absorb_scalings(trained));
            activations_.push_back(networks_.back().make_workspace(detail::lane_count));
        }
        for (std::uint32_t number = 0; number < model.features().sites().size(); ++number)
            network_of_site_.push_back(static_cast<std::uint32_t>(model.network_of(number)));
        if (model.features().options().layout == feature_layout::paper) {
            distinct_.emplace(model.features(), networks_, model.layouts(), network_of_site_);
            distinct_space_ = distinct_->make_workspace();
        }
        outputs_.resize(static_cast<Eigen::Index>(model.output_width()),
                        static_cast<Eigen::Index>(detail::lane_count));
    }

    void evaluate(const atom_group& group, std::size_t first, std::span<const detail::lanes<float>> inputs) {
        const std::size_t count = std::min(detail::lane_count, group.atoms.size() - first);
        batch<float> outputs = outputs_.leftCols(static_cast<Eigen::Index>(count));
        if (distinct_) {
            distinct_->forward(group, first, inputs, distinct_space_, outputs);
        } else {
            const std::uint32_t k = network_of_site_[group.site];
            networks_[k].forward(inputs, activations_[k], outputs);
        }
    }

private:
    std::vector<network<float>> networks_;
    std::vector<mlp_workspace<float>> activations_;
    std::vector<std::uint32_t> network_of_site_;
    std::optional<folded_networks<float>> distinct_; ///< in layout paper
    folded_networks<float>::workspace distinct_space_;
    batch_matrix<float> outputs_;
};

void measure_times(const atomic_model<float>& model, const structure& geometry, comparison& result) {
    const auto atoms = static_cast<double>(geometry.atom_count());
    const double heap_before = heap_size();
    const auto space = model.make_workspace(geometry);
    result.memory = (heap_size() - heap_before) / atoms;
    const descriptor& d = model.evaluated_features();
    const frozen_topology topology = d.topology_of(geometry);
    bond_geometry<float> bonds{topology};
    feature_writer<float> writer{d.sites()};
    std::vector<feature_writer<float>::column> columns;
    for (std::size_t number = 0; number < d.sites().size(); ++number)
        columns.resize(std::max(columns.size(), model.evaluated_layout(number).width()));
    const auto inputs_of = [&](const atom_group& group) {
        return std::span{columns}.first(model.evaluated_layout(group.site).width());
    };
    const auto positions = flat(geometry.positions());
    stopwatch features{[&] {
        bonds.update(topology, positions);
        for_each_block(topology, [&](const atom_group& group, std::size_t first) {
            writer.write(bonds, group, first, d.sites()[group.site], model.evaluated_layout(group.site),
                         inputs_of(group));
        });
    }};
    networks_alone nets{model};
    stopwatch networks{[&] {
        for_each_block(topology, [&](const atom_group& group, std::size_t first) {
            nets.evaluate(group, first, inputs_of(group));
        });
    }};
    for (int round = 0; round < 20; ++round) { // in turn: both see the same machine
        features.run_round();
        networks.run_round();
    }
    result.descriptor_time = features.shortest() / atoms;
    result.network_time = networks.shortest() / atoms;
}

/// \param structures  those of the file, `original_count` of them, then symmetry copies.
comparison examine(const variant& v, const compare_options& options, const structure& reference,
                   const std::vector<labeled_structure>& structures, std::size_t original_count,
                   const dataset_split& split) {
    const auto originals = std::span{structures}.first(original_count);
    const auto start = clock::now();
    const auto d = std::make_shared<const descriptor>(reference, options.topology.bonds(), v.features);
    naming("'" + options.data.string() + "'", [&] { check_structures(originals, *d, force_targets); });
    atomic_training_settings settings;
    settings.networks = v.networks;
    settings.regression.seed = options.seed;
    settings.regression.batch_structures = default_batch(options.symmetry_copies);
    worker_pool pool{options.threads};
    atomic_trainer<float> trainer{d, {structures, split.training, split.validation}, force_targets, settings};
    const std::size_t epochs = calibrate_epochs(trainer, pool, options.seconds - seconds_since(start));
    trainer.set_epochs(epochs);
    train(trainer, pool);
    const atomic_model<float> model = trainer.model();
    comparison result;
    result.epochs = epochs;
    for (const auto& trained : model.networks()) {
        result.inputs = std::max(result.inputs, trained.net.input_width());
        result.parameters += trained.net.parameter_count();
    }
    for (const std::size_t index : split.test) {
        const labeled_structure& labeled = structures[index];
        auto space = model.make_workspace(labeled.geometry);
        std::vector<double> forces(3 * labeled.geometry.atom_count());
        model.evaluate(space, flat(labeled.geometry.positions()), forces);
        const auto targets = flat(*labeled.forces);
        for (std::size_t k = 0; k < forces.size(); ++k)
            result.test.add(forces[k], targets[k]);
    }
    measure_times(model, structures.front().geometry, result);
    return result;
}

void print_line(const std::string& name, const comparison& c) {
    std::cout << std::left << std::setw(27) << name << std::right << std::setw(7) << c.inputs << std::setw(12)
              << c.parameters << std::fixed << std::setprecision(2) << std::setw(12) << c.descriptor_time
              << std::setw(10) << c.network_time << std::setprecision(0) << std::setw(9) << c.memory
              << std::setw(8) << c.epochs << std::setprecision(4) << std::setw(9) << c.test.rmse()
              << std::setprecision(3);
    print_ratio(std::cout, 15, c.test.mae(), c.test.mean_absolute_target());
    std::cout << std::defaultfloat << std::endl;
}

std::string csv_line(const std::string& name, const comparison& c) {
    std::ostringstream line;
    line << name << ',' << c.inputs << ',' << c.parameters;
    for (const double number : {c.descriptor_time, c.network_time, c.memory})
        line << ',' << detail::number_text(number);
    line << ',' << c.epochs;
    for (const double number : {c.test.rmse(), c.test.mae(), c.test.mean_absolute_target()})
        line << ',' << detail::number_text(number);
    line << '\n';
    return line.str();
}

void compare_file(compare_options options) {
    check_outputs({options.output}, {options.data, options.topology.reference.value_or("")});
    if (options.threads == 0)
        options.threads = std::max(1U, std::thread::hardware_concurrency());
    if (options.variants.empty())
        options.variants.assign(default_variants.begin(), default_variants.end());
    std::vector<variant> variants;
    for (const std::string& text : options.variants)
        variants.push_back(parse_variant(text));
    std::vector<labeled_structure> structures = read_labeled(options.data);
    dataset_split split = split_dataset(structures.size(), {}, options.seed);
    const structure reference = options.topology.reference ? read_frame(*options.topology.reference, 0)
                                                           : mean_structure(structures, split.training);
    for (const variant& v : variants) // too many paths are told before time is spent on the first one
        feature_count(reference, options.topology.bonds(), v.features);
    const std::size_t original_count = structures.size();
    std::cout << original_count << " structures, " << split.test.size()
              << " of them for the test; each variant trained for " << options.seconds
              << " s; times in float on one thread, µs per atom and step\n";
    if (options.symmetry_copies)
        add_symmetry_copies(reference, structures, split.training);
    std::cout
        << "variant                     inputs  parameters  descriptor   network  B/atom  epochs     RMSE"
           "   MAE/mean |F|\n";
    std::string csv = "variant,inputs,parameters,descriptor_us,network_us,bytes_per_atom,epochs,test_rmse,"
                      "test_mae,mean_abs_force\n";
    for (std::size_t k = 0; k < variants.size(); ++k) {
        const comparison result = examine(variants[k], options, reference, structures, original_count, split);
        print_line(options.variants[k], result);
        csv += csv_line(options.variants[k], result);
    }
    if (!options.output.empty())
        write_file_atomically(options.output, csv);
}

} // namespace

void add_compare(CLI::App& app) {
    const auto options = std::make_shared<compare_options>();
    CLI::App& command =
        *app.add_subcommand("compare", "Descriptor variants side by side: size, speed, error");
    command.add_option("data", options->data, "Extended XYZ file with forces")->required();
    command.add_option("-o,--output", options->output, "CSV file to write the table to");
    command
        .add_option("--variant", options->variants,
                    "paths:n:N:layout:networks such as walks:4:2:compact:site (repeatable; default: a choice "
                    "of eight)")
        ->allow_extra_args(false);
    command.add_option("--seconds", options->seconds, "Training time of each variant")
        ->capture_default_str()
        ->check(above_zero);
    command.add_option("--seed", options->seed, "Of split, starting weights and batches (default 1)")
        ->check(zero_or_above);
    command.add_option("--threads", options->threads, "Threads of the training (default: all)")
        ->check(CLI::Range(1, 1024));
    command.add_flag("--symmetry-copies", options->symmetry_copies,
                     "Train also on what the symmetry operations of the reference make of the structures");
    add_bond_options(command, options->topology);
    command.callback([options] { compare_file(*options); });
}

} // namespace tinynet::program
