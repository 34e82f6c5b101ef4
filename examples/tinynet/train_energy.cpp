// SPDX-License-Identifier: MIT
#include "commands.hpp"
#include "number_checks.hpp"
#include "training_data.hpp"
#include "training_options.hpp"
#include "training_run.hpp"
#include <tinynet/detail/index_range.hpp>
#include <tinynet/error.hpp>
#include <tinynet/model/energy_model.hpp>
#include <tinynet/moments/moment_topology.hpp>
#include <tinynet/training/energy_dataset.hpp>
#include <tinynet/training/energy_trainer.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstddef>
#include <iostream>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace tinynet::program {

namespace {

/// A weight of the loss that was asked for.
struct asked_weight {
    std::string option;
    std::string label; ///< what it weighs
    bool (*has)(const labeled_structure&);
};

struct energy_options : training_options {
    energy_training_settings settings;
    std::vector<asked_weight> asked_weights;

    energy_options() {
        hidden = "32";          // as in the settings
        settings.committee = 2; // docs/decisions/0024-a-committee-of-two.md
    }
};

/// Everything the trained model depends on but the number of epochs.
nlohmann::json settings_of(const energy_options& options, const training_record& record) {
    const energy_training_settings& s = options.settings;
    return {{"target", "energy"},
            {"data_sha256", record.data_sha256},
            {"training", record.split.training},
            {"validation", record.split.validation},
            {"seed", options.seed},
            {"hidden", options.hidden},
            {"committee", s.committee},
            {"real", options.real},
            {"batch", s.batch_structures},
            {"learning-rate", s.schedule.peak_rate},
            {"weight-decay", s.weight_decay ? nlohmann::json(*s.weight_decay) : nlohmann::json{}},
            {"force-weight", s.loss.force_weight},
            {"energy-weight", s.loss.energy_weight},
            {"stress-weight", s.loss.stress_weight},
            {"cutoff", s.moments.cutoff},
            {"bond-weights", s.moments.weight_count},
            {"orbitals", s.moments.orbital_count},
            {"angular-momentum", s.moments.max_angular_momentum},
            {"repulsion", s.moments.repulsion_cutoff}};
}

/// Before any time is spent: what the model could not be tested on.
void check_species(const labeled_structure& labeled, std::size_t number, std::span<const species> learned) {
    for (const species kind : labeled.geometry.species())
        if (std::ranges::find(learned, kind) == learned.end())
            throw unknown_species{
                "structure " + std::to_string(number) + " has " + std::string{kind.symbol()} +
                ", which no structure to learn from has; leave it out, or add one that has it"};
}

/// Likewise, atoms in a wrong unit of length.
void check_neighbors(const labeled_structure& labeled, std::size_t number, std::span<const species> learned,
                     const moment_options& moments) {
    check(moments);
    naming("structure " + std::to_string(number), [&] {
        static_cast<void>(
            moment_topology{labeled.geometry, {learned.begin(), learned.end()}, moments.cutoff});
    });
}

/// What was asked for must have an effect.
void check_weights(const energy_options& options, const std::vector<labeled_structure>& structures) {
    for (const asked_weight& asked : options.asked_weights)
        if (std::ranges::none_of(structures, asked.has))
            throw invalid_option{asked.option + ": no structure of '" + options.data.string() + "' has " +
                                 asked.label};
}

template <typename Real>
void train_model(const energy_options& options, const labeled_data& data) {
    worker_pool pool{options.threads};
    const dataset_split& split = data.record.split;
    energy_trainer<Real> trainer{data.structures, split.training, split.validation, options.settings, pool};
    run_training(trainer, pool, options.run, settings_of(options, data.record),
                 trainer.learns_forces() ? "eV/Å" : "eV/atom");
    training_record record = data.record;
    record.epochs = trainer.epoch();
    record.best_epochs.assign(options.settings.committee, trainer.epoch());
    const energy_model control{trainer.control(), record};
    const auto& judged = split.validation.empty() ? split.training : split.validation;
    const nlohmann::json errors =
        errors_on(control, "validation", choose(data.structures, judged))->as_json();
    record.judged_by_energies = !trainer.learns_forces() || !errors.contains("force_rmse");
    record.best_rmse = record.judged_by_energies ? 1e-3 * errors.value("energy_rmse_mev_per_atom", 0.0)
                                                 : errors["force_rmse"].get<double>();
    finish_training(options, data, energy_model{trainer.model(), std::move(record)}, control);
}

void train_file(energy_options options) {
    options.complete({});
    labeled_data data = read_data(options);
    check_weights(options, data.structures);
    cover_species(data.record.split, data.structures);
    options.settings.hidden = data.record.hidden;
    options.settings.seed = options.seed;
    const dataset_split& split = data.record.split;
    std::vector<std::size_t> learned = split.training;
    learned.insert(learned.end(), split.validation.begin(), split.validation.end());
    const std::size_t batch = options.settings.batch_structures;
    options.run.enough = suggested_energy_epochs(detail::block_count(learned.size(), batch));
    const std::vector<species> kinds = species_of(data.structures, learned);
    for (const auto& [structures, file] :
         {std::pair{&data.structures, &options.data}, std::pair{&data.test, &options.test}})
        naming("'" + file->string() + "'", [&, s = structures] {
            for (std::size_t k = 0; k < s->size(); ++k) {
                check_energy_labels((*s)[k], k);
                check_species((*s)[k], k, kinds);
                check_neighbors((*s)[k], k, kinds, options.settings.moments);
            }
        });
    if (options.real == "float")
        train_model<float>(options, data);
    else
        train_model<double>(options, data);
}

} // namespace

void add_train_energy(CLI::App& train) {
    const auto options = std::make_shared<energy_options>();
    CLI::App& command = *train.add_subcommand(
        "energy", "Fit an energy model, whose forces and stress are its gradient, from moments");
    add_training_options(command, *options);
    energy_training_settings& settings = options->settings;
    const auto add_positive = [&](const std::string& name, auto& value, const std::string& description) {
        command.add_option(name, value, description)->capture_default_str()->check(above_zero);
    };
    add_positive("--committee", settings.committee,
                 "Networks per species, whose mean is the model and whose spread predict can show");
    add_positive("--batch", settings.batch_structures, "Structures per update");
    add_positive("--learning-rate", settings.schedule.peak_rate, "Of SOAP, at its highest");
    command
        .add_option(
            "--weight-decay", settings.weight_decay,
            "How fast weights that are not needed shrink, per unit of learning rate (default: 0.15 to "
            "0.3, by parameters per label)")
        ->check(zero_or_above);
    std::vector<std::pair<CLI::Option*, asked_weight>> weights;
    const auto add_weight = [&](double& value, const asked_weight& weight, const std::string& description) {
        CLI::Option* const option = command.add_option(weight.option, value, description);
        weights.emplace_back(option->capture_default_str()->check(zero_or_above), weight);
    };
    add_weight(settings.loss.force_weight,
               {"--force-weight", "forces", [](const labeled_structure& s) { return s.forces.has_value(); }},
               "Of squared errors of force components");
    add_weight(
        settings.loss.energy_weight,
        {"--energy-weight", "an energy", [](const labeled_structure& s) { return s.energy.has_value(); }},
        "Of squared errors of energies per atom, 1/Å^2");
    add_weight(
        settings.loss.stress_weight,
        {"--stress-weight", "a stress", [](const labeled_structure& s) { return s.stress.has_value(); }},
        "Of squared errors of stresses times volume per atom, 1/Å^2");
    add_positive("--cutoff", settings.moments.cutoff, "The longest bond of a walk, Å");
    add_positive("--bond-weights", settings.moments.weight_count, "Weights of a bond");
    command
        .add_option("--orbitals", settings.moments.orbital_count,
                    "Orbitals of each angular momentum that walks of four hops pass; 0 leaves them out")
        ->capture_default_str()
        ->check(zero_or_above);
    const CLI::Option* const momentum =
        command
            .add_option("--angular-momentum", settings.moments.max_angular_momentum,
                        "The largest one of these orbitals, 0 to 4")
            ->capture_default_str()
            ->check(zero_or_above);
    command
        .add_option("--repulsion", settings.moments.repulsion_cutoff,
                    "Where a ZBL repulsion between nuclei, added to the networks, ends, Å; 0 leaves it out")
        ->capture_default_str()
        ->check(zero_or_above);
    command.callback([options, weights, momentum] {
        if (momentum->count() > 0 && options->settings.moments.orbital_count == 0)
            throw invalid_option{"--angular-momentum is of orbitals, and --orbitals 0 leaves them out"};
        for (const auto& [option, weight] : weights)
            if (option->count() > 0)
                options->asked_weights.push_back(weight);
        train_file(*options);
    });
}

} // namespace tinynet::program
