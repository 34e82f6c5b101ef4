// SPDX-License-Identifier: MIT
#ifndef TINYNET_EXAMPLES_TRAINING_RUN_HPP
#define TINYNET_EXAMPLES_TRAINING_RUN_HPP

/// \file
/// A training from start or checkpoint to end: how long, what is shown, what is saved on the way.

#include "saving_pace.hpp"
#include <tinynet/io/atomic_file.hpp>
#include <tinynet/parallel/worker_pool.hpp>
#include <tinynet/training/checkpoint.hpp>
#include <tinynet/training/checkpoint_writer.hpp>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <filesystem>
#include <limits>
#include <optional>
#include <string>

namespace tinynet::program {

using clock = std::chrono::steady_clock;

/// Seconds since some instant.
inline double seconds_since(clock::time_point start) {
    return std::chrono::duration<double>(clock::now() - start).count();
}

/// The options of a training that do not change what is learned per epoch.
struct training_run_options {
    std::optional<std::size_t> epochs;      ///< how many epochs to run
    std::optional<double> minutes;          ///< or how long the command may take,
    std::optional<std::size_t> enough;      ///< of which no more than so many epochs are made
    std::filesystem::path curve;            ///< learning curve; none if empty
    std::filesystem::path checkpoint;       ///< where an unfinished training is kept
    bool keeps_checkpoint = false;          ///< whether it outlives the training
    bool resume = false;                    ///< whether to go on from it
    clock::time_point start = clock::now(); ///< of the command

    /// Fills in what was not given.
    void complete(const std::filesystem::path& model);
    /// \throws invalid_option  if a training begun anew would take the place of an unfinished one.
    void check_checkpoint() const;
    /// Removes the checkpoint of a finished training, unless it was asked for by name.
    void clean_up() const;
};

/// Adds the options to a command.
void add_run_options(CLI::App& command, training_run_options& options);

/// The number of epochs of the training that a checkpoint is from.
/// \param expected  settings of this training but the number of epochs.
/// \param found     settings in the checkpoint, JSON.
/// \throws invalid_option  if they differ; the message names the first difference.
/// \throws file_error      if the text is no JSON of settings, or has no number of epochs that makes sense.
std::size_t epochs_of_checkpoint(const training_run_options& options, nlohmann::json expected,
                                 const std::string& found);

/// The line shown while training.
class progress_display {
public:
    /// \param epochs  of the whole training.
    /// \param first   epochs finished before this run.
    /// \param unit    of the errors.
    progress_display(std::size_t epochs, std::size_t first, std::string unit);
    /// Shows the state after an epoch, at most some times per second.
    void show(std::size_t epoch, double training_rmse, std::optional<double> validation_rmse);

private:
    std::size_t epochs_;
    std::size_t first_;
    std::string unit_;
    clock::time_point start_ = clock::now();
    clock::time_point last_shown_{};
    bool on_terminal_;
};

/// Rows of a learning curve, at most some thousand however many epochs there are.
class learning_curve {
public:
    explicit learning_curve(std::size_t epochs) : stride_{std::max<std::size_t>(1, epochs / most_rows)} {}

    /// Adds an epoch if it is among those that are kept.
    void add(std::size_t epoch, bool is_last, double learning_rate, double training_rmse,
             std::optional<double> validation_rmse);

    std::string text = "epoch,learning_rate,training_rmse,validation_rmse\n"; ///< CSV so far

private:
    static constexpr std::size_t most_rows = 2000;
    std::size_t stride_;
};

/// Most epochs a training can have.
inline constexpr std::size_t most_epochs = 1'000'000'000;

/// How many epochs fit into the time that is left, found by running some.
template <typename Trainer>
std::size_t calibrate_epochs(Trainer& trainer, worker_pool& pool, double seconds_left) {
    constexpr double share_for_calibration = 0.03;
    constexpr double share_for_training = 0.97;
    // Nothing is saved meanwhile.
    const double seconds = std::min(4.0, share_for_calibration * seconds_left);
    const auto start_state = trainer.state();
    const auto start = clock::now();
    std::size_t epochs = 0;
    do {
        trainer.run_epoch(pool);
        ++epochs;
    } while (seconds_since(start) < seconds);
    const double per_epoch = seconds_since(start) / static_cast<double>(epochs);
    trainer.restore(start_state);
    const double left = share_for_training * seconds_left - seconds_since(start);
    return static_cast<std::size_t>(std::clamp(left / per_epoch, 1.0, static_cast<double>(most_epochs)));
}

/// Runs a training to its end, saving every epoch.
/// \param settings  everything the result depends on but the number of epochs.
/// \param unit      of the errors, for the progress display.
template <typename Trainer>
void run_training(Trainer& trainer, worker_pool& pool, const training_run_options& options,
                  nlohmann::json settings, const std::string& unit) {
    using real = typename Trainer::real;
    std::optional<training_checkpoint<real>> saved;
    std::size_t epochs = 0;
    if (options.resume && std::filesystem::exists(options.checkpoint)) {
        epochs =
            epochs_of_checkpoint(options, settings, read_checkpoint_summary(options.checkpoint).settings);
        saved = load_checkpoint<real>(options.checkpoint);
    } else if (options.epochs)
        epochs = *options.epochs;
    else
        epochs =
            std::min(calibrate_epochs(trainer, pool,
                                      60.0 * options.minutes.value_or(1.0) - seconds_since(options.start)),
                     options.enough.value_or(std::numeric_limits<std::size_t>::max()));
    settings["epochs"] = epochs;
    trainer.set_epochs(epochs);
    learning_curve curve{epochs};
    if (saved) {
        trainer.restore(saved->networks);
        curve.text = saved->learning_curve;
    }
    progress_display progress{epochs, trainer.epoch(), unit};
    checkpoint_writer<real> checkpoint{options.checkpoint};
    const std::string settings_text = settings.dump();
    const auto now = [&] { return training_checkpoint<real>{settings_text, curve.text, trainer.state()}; };
    const auto save = [&] {
        checkpoint.save(now());
        const bool replaces_curve = trainer.epoch() == 0 && std::filesystem::exists(options.curve);
        if (!options.curve.empty() && !replaces_curve) // an older one stays until there is something to tell
            write_file_atomically(options.curve, curve.text);
    };
    saving_pace pace;
    pace.run(save);
    while (!trainer.is_finished()) {
        const auto report = trainer.run_epoch(pool);
        curve.add(report.epoch, trainer.is_finished(), report.learning_rate, report.training_rmse,
                  report.validation_rmse);
        progress.show(report.epoch, report.training_rmse, report.validation_rmse);
        if (trainer.is_finished() || pace.is_due())
            pace.run(save);
        else
            checkpoint.record(now());
    }
}

} // namespace tinynet::program

#endif
