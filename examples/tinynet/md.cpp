// SPDX-License-Identifier: MIT
#include "choice_option.hpp"
#include "commands.hpp"
#include "extrapolation_report.hpp"
#include "files.hpp"
#include "growing_file.hpp"
#include "mapping_line.hpp"
#include "molecular_dynamics.hpp"
#include "number_checks.hpp"
#include "predicted_frame.hpp"
#include "saving_pace.hpp"
#include <tinynet/detail/finite.hpp>
#include <tinynet/error.hpp>
#include <tinynet/io/detail/sha256.hpp>
#include <tinynet/io/extxyz.hpp>
#include <tinynet/io/fingerprint.hpp>
#include <tinynet/io/model_file.hpp>
#include <tinynet/io/safetensors.hpp>
#include <tinynet/parallel/worker_pool.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <iostream>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <utility>
#include <variant>
#include <vector>

namespace tinynet::program {

namespace {

enum class thermostat { none, langevin };

constexpr std::string_view name_of(thermostat kind) { return kind == thermostat::none ? "none" : "langevin"; }

struct md_options {
    std::filesystem::path model;
    std::filesystem::path start;
    std::filesystem::path trajectory;
    std::filesystem::path log;
    std::uint64_t steps = 0;
    std::uint64_t every = 10;
    dynamics_settings dynamics;
    thermostat control = thermostat::none;
    double friction = 0.01;
    std::size_t threads = 1;
    bool forces_only = false;
    bool resume = false;

    [[nodiscard]] std::filesystem::path checkpoint() const { return trajectory.string() + ".checkpoint"; }
};

/// Forces and energy of a model, as often as they are asked for.
struct model_forces {
    molecular_dynamics::force_field field;
    /// Positions for which a new model_forces gives the same bits from here on.
    std::function<std::vector<double>()> listed_positions;
    /// Of an energy model, at some positions; nothing if it is none.
    std::function<std::vector<extrapolation>(const std::vector<double>& positions)> extrapolations;
};

/// \param listed  the atoms where their neighbors are found.
model_forces forces_of(const any_model& model, const structure& listed, const md_options& options) {
    const auto pool = std::make_shared<worker_pool>(options.threads);
    if (const auto* const energy = std::get_if<energy_model>(&model)) {
        const auto space =
            std::make_shared<energy_model::workspace>(energy->make_workspace(listed, options.threads));
        return {[energy, pool, space](const std::vector<double>& positions, std::vector<double>& forces) {
                    return energy->evaluate(*space, positions, forces, {}, *pool).energy;
                },
                [space] {
                    return std::visit(
                        [](const auto& own) {
                            const auto positions = flat(own.listed_atoms()->positions());
                            return std::vector<double>(positions.begin(), positions.end());
                        },
                        *space);
                },
                [energy, space](const std::vector<double>& positions) {
                    return find_extrapolations(*energy, *space, positions);
                }};
    }
    const auto* const direct = std::get_if<force_model>(&model);
    if (direct == nullptr)
        throw invalid_option{"'" + options.model.string() +
                             "' holds an LDOS model; molecular dynamics needs an energy or a force model"};
    if (!options.forces_only)
        throw invalid_option{
            "'" + options.model.string() +
            "' holds a force model, which has no energy to conserve; give --forces-only to run it "
            "all the same, or train an energy model"};
    const auto start = flat(listed.positions());
    return {[direct, pool,
             space = std::make_shared<force_model::workspace>(
                 direct->make_workspace(listed, options.threads, mapping_line{}))](
                const std::vector<double>& positions, std::vector<double>& forces) {
                direct->evaluate(*space, positions, forces, *pool);
                return std::numeric_limits<double>::quiet_NaN();
            },
            [at_start = std::vector<double>(start.begin(), start.end())] { return at_start; },
            {}};
}

/// Everything a run depends on but the number of steps.
std::string settings_of(const md_options& options) {
    return nlohmann::json{{"model", file_sha256(options.model)},
                          {"start", file_sha256(options.start)},
                          {"dt", options.dynamics.time_step},
                          {"temperature", options.dynamics.temperature},
                          {"friction", options.dynamics.friction},
                          {"seed", options.dynamics.seed},
                          {"every", options.every},
                          {"log", detail::sha256(options.log.string())}} // a path may be in any encoding
        .dump();
}

struct saved_run {
    phase_point state;
    std::vector<double> listed_positions; ///< of model_forces
    std::uint64_t trajectory_size = 0;
    std::uint64_t log_size = 0;
    std::vector<double> outside; ///< of the extrapolation_report
};

void save(const md_options& options, const std::string& settings, const saved_run& run) {
    safetensors file;
    file.metadata["format"] = "tinynet md checkpoint";
    file.metadata["settings"] = settings;
    file.set<double>("positions", {run.state.positions.size()}, run.state.positions);
    file.set<double>("velocities", {run.state.velocities.size()}, run.state.velocities);
    file.set<double>("listed_positions", {run.listed_positions.size()}, run.listed_positions);
    const std::vector<std::int64_t> counts{static_cast<std::int64_t>(run.state.step),
                                           static_cast<std::int64_t>(run.trajectory_size),
                                           static_cast<std::int64_t>(run.log_size)};
    file.set<std::int64_t>("counts", {counts.size()}, counts);
    file.set<double>("outside", {run.outside.size()}, run.outside);
    write_safetensors(options.checkpoint(), file);
}

/// A run that cannot go on for want of a checkpoint is not to be emptied instead.
/// \throws invalid_option  if there is a trajectory or log that is not empty.
void check_nothing_to_lose(const md_options& options) {
    std::error_code ignored;
    for (const std::filesystem::path& path : {options.trajectory, options.log})
        if (std::filesystem::exists(path) && std::filesystem::file_size(path, ignored) > 0)
            throw invalid_option{"--resume: there is a '" + path.string() + "', but no checkpoint '" +
                                 options.checkpoint().string() +
                                 "' to go on from; put it back, or leave out --resume to begin anew"};
}

std::optional<saved_run> saved(const md_options& options, const std::string& settings,
                               std::size_t components) {
    if (!options.resume)
        return std::nullopt;
    if (!std::filesystem::exists(options.checkpoint())) {
        check_nothing_to_lose(options);
        return std::nullopt;
    }
    const safetensors file = read_safetensors(options.checkpoint(), checksum::required);
    if (file.metadata_at("format") != "tinynet md checkpoint" || file.metadata_at("settings") != settings)
        throw invalid_option{
            "--resume: '" + options.checkpoint().string() +
            "' is of a run with another model, start or option; give the same ones, or remove it"};
    // Filled bit by bit: GCC 12 frees what stands in inner braces twice if an outer part throws.
    saved_run run;
    run.state.positions = file.finite_values<double>("positions");
    run.state.velocities = file.finite_values<double>("velocities");
    run.listed_positions = file.finite_values<double>("listed_positions");
    run.outside = file.finite_values<double>("outside");
    const auto counts = file.values<std::int64_t>("counts");
    if (counts.size() != 3 || run.state.positions.size() != components ||
        run.state.velocities.size() != components || run.listed_positions.size() != components)
        throw file_error{"'" + options.checkpoint().string() + "' does not fit the structure"};
    if (std::ranges::any_of(counts, [](std::int64_t count) { return count < 0; }))
        throw file_error{"'" + options.checkpoint().string() +
                         "' has counts below zero; remove it to start anew"};
    run.state.step = static_cast<std::uint64_t>(counts[0]);
    if (run.state.step > options.steps)
        throw invalid_option{"--steps: the run that --resume goes on with has " +
                             std::to_string(run.state.step) + " steps already; give as many or more"};
    run.trajectory_size = static_cast<std::uint64_t>(counts[1]);
    run.log_size = static_cast<std::uint64_t>(counts[2]);
    return run;
}

/// A frame of the trajectory.
std::string frame_of(const structure& start, const molecular_dynamics& md, double time) {
    const auto vectors = [](const std::vector<double>& numbers) {
        std::vector<vector3> found;
        for (std::size_t k = 0; k < numbers.size(); k += 3)
            found.emplace_back(numbers[k], numbers[k + 1], numbers[k + 2]);
        return found;
    };
    labeled_structure labeled;
    labeled.geometry = structure{
        start.cell(), {start.species().begin(), start.species().end()}, vectors(md.state().positions)};
    labeled.forces = vectors(md.forces());
    if (detail::is_finite(md.potential_energy()))
        labeled.energy = md.potential_energy();
    extxyz_frame frame = to_extxyz_frame(labeled);
    note_predictions(frame);
    frame.set_info("time_fs", detail::number_text(time));
    return format_extxyz(std::array{std::move(frame)});
}

std::string log_line(const molecular_dynamics& md, double time) {
    const double potential = md.potential_energy();
    const double kinetic = md.kinetic_energy();
    std::string line = std::to_string(md.state().step) + ',' + detail::number_text(time) + ',';
    if (detail::is_finite(potential))
        line += detail::number_text(potential) + ',' + detail::number_text(kinetic) + ',' +
                detail::number_text(potential + kinetic);
    else
        line += ',' + detail::number_text(kinetic) + ',';
    return line + ',' + detail::number_text(md.temperature()) + '\n';
}

void run_md(md_options options) {
    options.dynamics.friction = options.control == thermostat::langevin ? options.friction : 0.0;
    check_outputs({options.trajectory, options.log, options.checkpoint()}, {options.model, options.start});
    check_can_be_read_again(options.model);
    check_can_be_read_again(options.start);
    const any_model model = load_model(options.model);
    const structure start = read_frame(options.start, 0);
    const std::string settings = settings_of(options);
    const auto before = saved(options, settings, 3 * start.atom_count());
    std::vector<vector3> listed{start.positions().begin(), start.positions().end()};
    if (before)
        std::ranges::copy(before->listed_positions, flat(listed).begin());
    const model_forces forces = forces_of(model, with_positions(start, std::move(listed)), options);
    molecular_dynamics md{start, options.dynamics, forces.field};
    growing_file trajectory{options.trajectory, before ? before->trajectory_size : 0};
    growing_file log{options.log, before ? before->log_size : 0};
    extrapolation_report outside;
    if (before) {
        md.restore(before->state);
        outside.restore(before->outside);
    } else {
        md.start(start);
        // Before older files are emptied: whenever the run is killed, --resume can go on.
        save(options, settings, {md.state(), forces.listed_positions(), 0, 0, outside.numbers()});
    }
    trajectory.cut();
    log.cut();
    const auto write = [&] {
        const double time = options.dynamics.time_step * static_cast<double>(md.state().step);
        trajectory.append(frame_of(start, md, time));
        log.append(log_line(md, time));
        if (forces.extrapolations)
            outside.add(md.state().step / options.every, start.atom_count(),
                        forces.extrapolations(md.state().positions));
    };
    if (trajectory.size() == 0) {
        log.append("step,time_fs,potential_eV,kinetic_eV,total_eV,temperature_K\n");
        write();
    }
    const auto save_all = [&] {
        trajectory.flush();
        log.flush();
        save(options, settings,
             {md.state(), forces.listed_positions(), trajectory.size(), log.size(), outside.numbers()});
    };
    saving_pace pace;
    pace.run(save_all);
    while (md.state().step < options.steps) {
        md.step();
        if (!detail::is_finite(md.kinetic_energy()))
            throw invalid_structure{"the atoms flew apart at step " + std::to_string(md.state().step) +
                                    "; take shorter steps, or train on structures like these"};
        if (md.state().step % options.every == 0)
            write();
        if (pace.is_due())
            pace.run(save_all);
    }
    save_all();
    std::cout << md.state().step << " steps of " << options.dynamics.time_step << " fs, temperature "
              << md.temperature() << " K; wrote " << options.trajectory.string() << '\n';
    if (const auto* const energy = std::get_if<energy_model>(&model))
        outside.print(std::cout, *energy);
}

} // namespace

void add_md(CLI::App& app) {
    const auto options = std::make_shared<md_options>();
    CLI::App& command = *app.add_subcommand("md", "Molecular dynamics with a model");
    command.add_option("model", options->model, "Model file")->required();
    command.add_option("start", options->start, "Extended XYZ file; its first frame is the start")
        ->required();
    command.add_option("--steps", options->steps, "Number of steps, from the start")
        ->required()
        ->check(zero_or_above);
    command.add_option("--dt", options->dynamics.time_step, "Time step, fs")
        ->capture_default_str()
        ->check(above_zero);
    command
        .add_option("--temperature", options->dynamics.temperature, "Of first velocities and thermostat, K")
        ->capture_default_str()
        ->check(zero_or_above);
    add_choice(command, "--thermostat", options->control, std::array{thermostat::none, thermostat::langevin},
               "none (default) conserves the energy, langevin the temperature");
    CLI::Option& friction =
        *command.add_option("--friction", options->friction, "Of the Langevin thermostat, 1/fs")
             ->capture_default_str()
             ->check(above_zero);
    command.add_option("--seed", options->dynamics.seed, "Of velocities and thermostat")
        ->capture_default_str()
        ->check(zero_or_above);
    command.add_option("--every", options->every, "Steps between two frames of trajectory and log")
        ->capture_default_str()
        ->check(above_zero);
    command.add_option("-o,--output", options->trajectory, "Trajectory, extended XYZ")->required();
    command.add_option("--log", options->log, "Energies and temperatures, CSV");
    command.add_option("--threads", options->threads, "Threads; the result does not depend on it")
        ->capture_default_str()
        ->check(CLI::Range(1, 1024));
    command.add_flag("--forces-only", options->forces_only, "Allow a force model, which conserves no energy");
    command.add_flag(
        "--resume", options->resume,
        "Go on from the checkpoint next to the trajectory, if there is one; also with more steps");
    command.callback([options, &friction] {
        if (friction.count() > 0 && options->control == thermostat::none)
            throw invalid_option{"--friction is of --thermostat langevin, and there is none"};
        run_md(*options);
    });
}

} // namespace tinynet::program
