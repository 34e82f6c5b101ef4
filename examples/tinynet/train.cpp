// SPDX-License-Identifier: MIT
#include "commands.hpp"
#include "error_table.hpp"
#include "files.hpp"
#include "force_prediction.hpp"
#include "topology_options.hpp"
#include "training_run.hpp"
#include <tinynet/descriptor/descriptor.hpp>
#include <tinynet/error.hpp>
#include <tinynet/io/extxyz.hpp>
#include <tinynet/io/fingerprint.hpp>
#include <tinynet/io/model_file.hpp>
#include <tinynet/training/atomic_trainer.hpp>
#include <tinynet/training/reference.hpp>
#include <tinynet/training/split.hpp>
#include <tinynet/training/worker_pool.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstddef>
#include <iostream>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace tinynet::program {

namespace {

struct train_options {
    std::filesystem::path data;
    std::filesystem::path model;
    std::filesystem::path test;
    std::vector<double> split;
    std::uint64_t seed = 1;
    std::string hidden = "16x32";
    std::string real = "float";
    std::size_t threads = 0;
    network_choice networks = network_choice::site;
    training_run_options run;
    topology_options topology;
};

std::vector<std::size_t> parse_hidden(const std::string& text) {
    std::vector<std::size_t> widths;
    for (const char* next = text.data(); true; ++next) {
        std::size_t width = 0;
        const auto [end, problem] = std::from_chars(next, text.data() + text.size(), width);
        if (problem != std::errc{} || width == 0 || (*end != 'x' && *end != '\0'))
            throw invalid_option{"--hidden " + text + ": expected widths of the hidden layers such as 16x32"};
        widths.push_back(width);
        if (*end == '\0')
            return widths;
        next = end;
    }
}

/// With a test file of their own, the structures that would be set aside for the test are trained on.
split_fractions parse_split(const train_options& options) {
    if (options.split.empty())
        return options.test.empty() ? split_fractions{} : split_fractions{0.9, 0.1, 0.0};
    return {options.split[0], options.split[1], options.split[2]};
}

std::vector<labeled_structure> choose(const std::vector<labeled_structure>& all,
                                      const std::vector<std::size_t>& indices) {
    std::vector<labeled_structure> chosen;
    for (const std::size_t index : indices)
        chosen.push_back(all[index]);
    return chosen;
}

force_errors errors_on(const force_model& model, std::span<const labeled_structure> structures) {
    force_prediction predict{model};
    force_errors errors;
    for (const labeled_structure& labeled : structures)
        errors.add(labeled, predict(labeled.geometry));
    return errors;
}

/// Runs an action and puts the place it works on before the message of an error.
template <typename Action>
auto naming(const std::string& place, const Action& action) {
    try {
        return action();
    } catch (const error& problem) {
        throw error{place + ": " + problem.what()};
    }
}

/// Refuses structures without forces or with other atoms than the reference, before any time is spent.
void check_structures(const std::vector<labeled_structure>& structures, const descriptor& d) {
    for (std::size_t k = 0; k < structures.size(); ++k) {
        force_targets(structures[k], k);
        naming("structure " + std::to_string(k), [&] { return d.topology_of(structures[k].geometry); });
    }
}

/// Everything the trained model depends on but the number of epochs.
nlohmann::json settings_of(const train_options& options, const training_record& record, const descriptor& d) {
    return {{"data_sha256", record.data_sha256},
            {"training", record.split.training},
            {"validation", record.split.validation},
            {"seed", options.seed},
            {"hidden", options.hidden},
            {"real", options.real},
            {"networks", name_of(options.networks)},
            {"paths", name_of(d.options().paths)},
            {"hops", options.topology.hops},
            {"neighbors", options.topology.neighbors},
            {"layout", name_of(d.options().layout)},
            {"bond-rule", name_of(d.rule().partners())},
            {"bond-cutoff", options.topology.bond_cutoffs},
            {"reference", options.topology.reference ? file_sha256(*options.topology.reference) : ""}};
}

template <typename Real>
force_model train_forces(const train_options& options, std::shared_ptr<const descriptor> d,
                         const dataset_parts& parts, training_record record) {
    atomic_training_settings settings;
    settings.networks = options.networks;
    settings.hidden = record.hidden;
    settings.regression.seed = options.seed;
    settings.regression.adam.weight_decay = 0.1; // without it, some hundred structures are learned by heart
    worker_pool pool{options.threads};
    atomic_trainer<Real> trainer{d, parts, force_targets, settings};
    run_training(trainer, pool, options.run, settings_of(options, record, *d));
    record.epochs = trainer.epoch();
    record.best_epochs = trainer.best_epochs();
    record.best_rmse = trainer.best_rmse();
    return {trainer.model(), std::move(record)};
}

void check_outputs(const train_options& options) {
    for (const auto& output : {options.model, options.run.curve, options.run.checkpoint})
        check_output(output, {options.data, options.test, options.topology.reference.value_or("")});
}

void train_file(train_options options) {
    options.run.complete(options.model);
    check_outputs(options);
    if (options.threads == 0)
        options.threads = std::max(1U, std::thread::hardware_concurrency());
    const std::vector<labeled_structure> structures = read_extxyz(options.data);
    const std::string data_name = "'" + options.data.string() + "'";
    std::vector<labeled_structure> test;
    if (!options.test.empty())
        test = read_extxyz(options.test);
    training_record record;
    record.data_sha256 = file_sha256(options.data);
    record.split = naming("--split of " + data_name, [&] {
        return split_dataset(structures.size(), parse_split(options), options.seed);
    });
    record.seed = options.seed;
    record.hidden = parse_hidden(options.hidden);
    const structure reference =
        options.topology.reference
            ? read_frame(*options.topology.reference, 0)
            : naming(data_name, [&] { return mean_structure(structures, record.split.training); });
    const auto d = std::make_shared<const descriptor>(reference, options.topology.bonds(),
                                                      options.topology.descriptor());
    naming(data_name, [&] { check_structures(structures, *d); });
    naming("'" + options.test.string() + "'", [&] { check_structures(test, *d); });
    const dataset_parts parts{structures, record.split.training, record.split.validation};
    const force_model model = options.real == "float" ? train_forces<float>(options, d, parts, record)
                                                      : train_forces<double>(options, d, parts, record);
    save_force_model(options.model, model);
    options.run.clean_up();

    force_errors::print_header(std::cout);
    errors_on(model, choose(structures, record.split.training)).print(std::cout, "training");
    errors_on(model, choose(structures, record.split.validation)).print(std::cout, "validation");
    if (options.test.empty())
        test = choose(structures, record.split.test);
    errors_on(model, test).print(std::cout, "test", true);
    std::cout << "wrote " << options.model.string() << '\n';
}

} // namespace

void add_train(CLI::App& app) {
    CLI::App& train = *app.add_subcommand("train", "Fit a model to data");
    train.require_subcommand(1);
    const auto options = std::make_shared<train_options>();
    CLI::App& command = *train.add_subcommand("forces", "Fit the paper's force model");
    const std::map<std::string, network_choice> choices{{"shared", network_choice::shared},
                                                        {"species", network_choice::species},
                                                        {"site", network_choice::site}};
    command.add_option("data", options->data, "Extended XYZ file with forces")->required();
    command.add_option("-o,--output", options->model, "Model file to write")->required();
    command.add_option("--test", options->test, "Structures for the final test, never looked at in training");
    command.add_option("--split", options->split, "Fractions for training, validation, test (0.8,0.1,0.1)")
        ->delimiter(',')
        ->expected(3);
    command.add_option("--seed", options->seed, "Of split, starting weights and batches (default 1)")
        ->check(CLI::NonNegativeNumber);
    command
        .add_option("--threads", options->threads, "Threads (default: all); the result does not depend on it")
        ->check(CLI::Range(1, 1024));
    command
        .add_option("--networks", options->networks, "One network: shared, per species or per site (default)")
        ->transform(CLI::CheckedTransformer(choices));
    command.add_option("--hidden", options->hidden, "Widths of the hidden layers (default 16x32)");
    command.add_option("--real", options->real, "Precision: float (default) or double")
        ->check(CLI::IsMember({"float", "double"}));
    add_run_options(command, options->run);
    add_topology_options(command, options->topology);
    command.callback([options] { train_file(*options); });
}

} // namespace tinynet::program
