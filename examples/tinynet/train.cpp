// SPDX-License-Identifier: MIT
#include "choice_option.hpp"
#include "commands.hpp"
#include "error_report.hpp"
#include "files.hpp"
#include "number_checks.hpp"
#include "topology_options.hpp"
#include "training_data.hpp"
#include "training_options.hpp"
#include "training_run.hpp"
#include <tinynet/descriptor/descriptor.hpp>
#include <tinynet/error.hpp>
#include <tinynet/io/fingerprint.hpp>
#include <tinynet/io/model_file.hpp>
#include <tinynet/parallel/worker_pool.hpp>
#include <tinynet/training/atomic_trainer.hpp>
#include <tinynet/training/reference.hpp>
#include <tinynet/training/schedule.hpp>
#include <tinynet/training/split.hpp>
#include <tinynet/training/targets.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace tinynet::program {

namespace {

enum class target { forces, ldos };

struct train_options : training_options {
    target wanted = target::forces;
    network_choice networks = network_choice::site;
    bool symmetry_copies = false;
    bool unscaled_targets = false;
    std::optional<double> weight_decay;
    double learning_rate = schedule_settings{}.peak_rate;
    bool constant_learning_rate = false;
    std::size_t batch = 0;
    double cumulative_weight = 0.0;
    topology_options topology;
};

/// The energies of the first LDOS.
energy_grid grid_of(const std::vector<labeled_structure>& structures) {
    return structures.empty() || !structures.front().ldos ? energy_grid{} : structures.front().ldos->grid;
}

/// Everything the trained model depends on but the number of epochs.
nlohmann::json settings_of(const train_options& options, const training_record& record, const descriptor& d) {
    return {{"target", options.wanted == target::forces ? "forces" : "ldos"},
            {"symmetry-copies", options.symmetry_copies},
            {"unscaled-targets", options.unscaled_targets},
            {"cumulative-weight", options.cumulative_weight},
            {"weight-decay", options.weight_decay ? nlohmann::json(*options.weight_decay) : nlohmann::json{}},
            {"learning-rate", options.learning_rate},
            {"constant-learning-rate", options.constant_learning_rate},
            {"batch", options.batch},
            {"data_sha256", record.data_sha256},
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

/// The structures a training sees and their targets.
struct training_set {
    std::shared_ptr<const descriptor> features;
    target_function target_of;
    std::vector<labeled_structure> structures; ///< those of the file, then symmetry copies
    std::vector<std::size_t> training;
    std::vector<std::size_t> validation;
};

atomic_training_settings settings_for(const train_options& options, const training_set& set,
                                      const std::vector<std::size_t>& hidden) {
    atomic_training_settings settings;
    settings.networks = options.networks;
    settings.hidden = hidden;
    settings.regression.seed = options.seed;
    settings.regression.batch_structures = options.batch;
    settings.regression.schedule.peak_rate = options.learning_rate;
    if (options.constant_learning_rate) {
        settings.regression.schedule.final_fraction = 1.0;
        settings.regression.schedule.warmup_fraction = 0.0;
    }
    settings.weight_decay = options.weight_decay;
    settings.scale_targets = !options.unscaled_targets;
    if (options.wanted == target::ldos) {
        const double step = grid_of(set.structures).step;
        settings.regression.loss.running_sum_weight = options.cumulative_weight * step * step;
    }
    return settings;
}

/// Of the errors shown while training.
std::string unit_of_loss(const train_options& options) {
    if (options.wanted == target::forces)
        return "eV/Å";
    return options.cumulative_weight > 0.0 ? "states/eV, with the cumulative part" : "states/eV";
}

template <typename Real>
any_model train_model(const train_options& options, const training_set& set, training_record record) {
    worker_pool pool{options.threads};
    atomic_trainer<Real> trainer{set.features,
                                 {set.structures, set.training, set.validation},
                                 set.target_of,
                                 settings_for(options, set, record.hidden)};
    run_training(trainer, pool, options.run, settings_of(options, record, *set.features),
                 unit_of_loss(options));
    record.epochs = trainer.epoch();
    record.best_epochs = trainer.best_epochs();
    record.best_rmse = trainer.best_rmse();
    if (options.wanted == target::forces)
        return force_model{trainer.model(), std::move(record)};
    const auto make_model = [&] {
        return ldos_model{trainer.model(), grid_of(set.structures),
                          mean_targets_of_sites(*set.features, set.structures, set.training, set.target_of),
                          record};
    };
    if (options.cumulative_weight > 0.0) { // the loss that chose the networks is no RMSE of the LDOS then
        const auto& chosen_by = set.validation.empty() ? set.training : set.validation;
        const nlohmann::json errors =
            errors_on(make_model(), "validation", choose(set.structures, chosen_by))->as_json();
        record.best_rmse = errors["ldos_rmse"];
    }
    return make_model();
}

void train_file(train_options options) {
    options.complete({options.topology.reference.value_or("")});
    if (options.batch == 0)
        options.batch = default_batch(options.symmetry_copies);
    const labeled_data data = read_data(options);
    const std::vector<labeled_structure>& structures = data.structures;
    const std::string data_name = "'" + options.data.string() + "'";
    training_record record = data.record;
    const structure reference =
        options.topology.reference
            ? read_frame(*options.topology.reference, 0)
            : naming(data_name, [&] { return mean_structure(structures, record.split.training); });
    training_set set;
    set.features = std::make_shared<const descriptor>(reference, options.topology.bonds(),
                                                      options.topology.descriptor());
    if (options.wanted == target::forces)
        set.target_of = force_targets;
    else
        set.target_of = ldos_targets{grid_of(structures)};
    naming(data_name, [&] { check_structures(structures, *set.features, set.target_of); });
    naming("'" + options.test.string() + "'",
           [&] { check_structures(data.test, *set.features, set.target_of); });
    set.structures = structures;
    set.training = record.split.training;
    set.validation = record.split.validation;
    if (options.symmetry_copies)
        record.symmetry_operations = add_symmetry_copies(reference, set.structures, set.training);
    const any_model model = options.real == "float" ? train_model<float>(options, set, record)
                                                    : train_model<double>(options, set, record);
    finish_training(options, data, model, model);
}

/// The options that every target has.
void add_train_options(CLI::App& command, const std::shared_ptr<train_options>& options) {
    add_training_options(command, *options);
    add_choice(command, "--networks", options->networks,
               std::array{network_choice::shared, network_choice::species, network_choice::site},
               "One network: shared, per species or per site (default)");
    command
        .add_option("--weight-decay", options->weight_decay,
                    "How fast weights that are not needed shrink, per unit of learning rate (default: 0.1 to "
                    "0.5, by parameters per sample)")
        ->check(zero_or_above);
    command.add_option("--learning-rate", options->learning_rate, "Of Adam, at its highest")
        ->capture_default_str()
        ->check(above_zero);
    command.add_flag("--constant-learning-rate", options->constant_learning_rate,
                     "Neither let it rise at the beginning nor fall towards the end");
    command
        .add_option("--batch", options->batch, "Structures per update (default 4, 16 with symmetry copies)")
        ->check(above_zero);
    command.add_flag("--symmetry-copies", options->symmetry_copies,
                     "Train also on what the symmetry operations of the reference make of the structures");
    command.add_flag("--unscaled-targets", options->unscaled_targets,
                     "Train on the targets as they are, not on their mean and width");
    add_topology_options(command, options->topology);
    command.callback([options] { train_file(*options); });
}

} // namespace

void add_train(CLI::App& app) {
    CLI::App& train = *app.add_subcommand("train", "Fit a model to data");
    train.require_subcommand(1);
    const auto forces = std::make_shared<train_options>();
    add_train_options(*train.add_subcommand("forces", "Fit the paper's force model"), forces);
    const auto ldos = std::make_shared<train_options>();
    ldos->wanted = target::ldos;
    CLI::App& ldos_command =
        *train.add_subcommand("ldos", "Fit the paper's model of the local density of states");
    add_train_options(ldos_command, ldos);
    ldos_command
        .add_option(
            "--cumulative-weight", ldos->cumulative_weight,
            "Weight of the squared error of the number of states below each energy, 1/eV^2 (default 0)")
        ->check(zero_or_above);
    add_train_energy(train);
}

} // namespace tinynet::program
