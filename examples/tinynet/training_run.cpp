// SPDX-License-Identifier: MIT
#include "training_run.hpp"

#include "number_checks.hpp"

#include <tinynet/error.hpp>
#include <tinynet/io/detail/extxyz_values.hpp>
#include <tinynet/training/checkpoint.hpp>

#include <array>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <iostream>
#include <optional>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace tinynet::program {

namespace {

std::string duration(double seconds) {
    const auto whole = static_cast<long>(std::lround(seconds));
    std::array<char, 32> text{};
    if (whole >= 3600)
        std::snprintf(text.data(), text.size(), "%ld h %02ld min", whole / 3600, whole / 60 % 60);
    else
        std::snprintf(text.data(), text.size(), "%ld min %02ld s", whole / 60, whole % 60);
    return text.data();
}

/// Epochs that a training is to have, of the settings in its checkpoint; nothing if they make no sense.
std::optional<std::size_t> epochs_in(const nlohmann::json& settings) {
    if (!settings.is_object() || !settings.contains("epochs") || !settings["epochs"].is_number_unsigned())
        return std::nullopt;
    const auto epochs = settings["epochs"].get<std::uint64_t>();
    return epochs >= 1 && epochs <= most_epochs ? std::optional{epochs} : std::nullopt;
}

struct checkpoint_progress {
    std::uint64_t epoch = 0;  ///< finished ones
    std::uint64_t epochs = 0; ///< of the whole training
};

/// How far the training in a checkpoint is; at the beginning if there is no file, or nothing in it.
/// \throws file_error  if there is something else, or it is damaged.
checkpoint_progress progress_of(const std::filesystem::path& checkpoint) {
    std::error_code ignored;
    if (!std::filesystem::exists(checkpoint) || std::filesystem::file_size(checkpoint, ignored) == 0)
        return {};
    const checkpoint_summary found = read_checkpoint_summary(checkpoint);
    return {found.epoch, epochs_in(nlohmann::json::parse(found.settings, nullptr, false)).value_or(0)};
}

} // namespace

void training_run_options::complete(const std::filesystem::path& model) {
    keeps_checkpoint = !checkpoint.empty();
    if (!keeps_checkpoint)
        checkpoint = model.string() + ".checkpoint";
}

void training_run_options::check_checkpoint() const {
    if (resume)
        return;
    checkpoint_progress before;
    try {
        before = progress_of(checkpoint);
    } catch (const file_error& problem) {
        throw invalid_option{"'" + checkpoint.string() +
                             "', where the training would be saved, is not replaced: " + problem.what() +
                             "; remove it, or give --checkpoint another name"};
    }
    // One whose name was not given is removed when all is done.
    const bool is_done = keeps_checkpoint && before.epoch >= before.epochs;
    if (before.epoch > 0 && !is_done)
        throw invalid_option{"'" + checkpoint.string() + "' holds an unfinished training, " +
                             std::to_string(before.epoch) + " of " + std::to_string(before.epochs) +
                             " epochs done; go on with --resume, or remove the file to train anew"};
}

void training_run_options::clean_up() const {
    std::error_code ignored;
    if (!keeps_checkpoint)
        std::filesystem::remove(checkpoint, ignored);
}

void add_run_options(CLI::App& command, training_run_options& options) {
    auto* const epochs = command.add_option("--epochs", options.epochs, "How many epochs to train")
                             ->check(CLI::Range(std::size_t{1}, most_epochs));
    command.add_option("--minutes", options.minutes, "How long the whole command may take (default 1)")
        ->check(above_zero)
        ->excludes(epochs);
    command.add_option("--curve", options.curve, "CSV file for the learning curve");
    command.add_option(
        "--checkpoint", options.checkpoint,
        "File for the unfinished training (default: the model's name with .checkpoint, removed at the "
        "end)");
    command.add_flag("--resume", options.resume, "Go on from the checkpoint, if there is one");
}

std::size_t epochs_of_checkpoint(const training_run_options& options, nlohmann::json expected,
                                 const std::string& found) {
    const std::string place = "the checkpoint '" + options.checkpoint.string() + "' ";
    const auto settings = nlohmann::json::parse(found, nullptr, false);
    const auto epochs = epochs_in(settings);
    if (!epochs)
        throw file_error{place + "has no settings that can be read, or no number of epochs from 1 to " +
                         std::to_string(most_epochs) + "; remove it to train anew"};
    if (options.epochs)
        expected["epochs"] = *options.epochs;
    for (const auto& [key, value] : expected.items())
        if (!settings.contains(key) || settings[key] != value)
            throw invalid_option{"--resume: " + place + "is of a training with another setting of '" + key +
                                 "'; give the same options, or remove it to train anew"};
    return *epochs;
}

progress_display::progress_display(std::size_t epochs, std::size_t first, std::string unit)
    : epochs_{epochs}, first_{first}, unit_{std::move(unit)}, on_terminal_{isatty(STDOUT_FILENO) != 0} {
    std::cout << (first == 0 ? "training for " : "going on after epoch " + std::to_string(first) + " of ")
              << epochs << (epochs == 1 ? " epoch" : " epochs") << std::endl;
}

void progress_display::show(std::size_t epoch, double training_rmse, std::optional<double> validation_rmse) {
    const double interval = on_terminal_ ? 0.2 : 10.0;
    const bool is_last = epoch == epochs_;
    if (!is_last && seconds_since(last_shown_) < interval)
        return;
    last_shown_ = clock::now();
    const double per_epoch = seconds_since(start_) / static_cast<double>(epoch - first_);
    std::array<char, 160> line{};
    std::array<char, 48> validation{};
    if (validation_rmse)
        std::snprintf(validation.data(), validation.size(), "  validation %.4f", *validation_rmse);
    std::snprintf(line.data(), line.size(), "epoch %zu/%zu  RMSE (%s): training %.4f%s  %s left", epoch,
                  epochs_, unit_.c_str(), training_rmse, validation.data(),
                  duration(per_epoch * static_cast<double>(epochs_ - epoch)).c_str());
    std::cout << (on_terminal_ ? "\r\x1b[K" : "") << line.data() << (on_terminal_ && !is_last ? "" : "\n")
              << std::flush;
}

void learning_curve::add(std::size_t epoch, bool is_last, double learning_rate, double training_rmse,
                         std::optional<double> validation_rmse) {
    if (epoch % stride_ != 0 && !is_last)
        return;
    text += std::to_string(epoch) + "," + detail::number_text(learning_rate) + "," +
            detail::number_text(training_rmse) + "," +
            (validation_rmse ? detail::number_text(*validation_rmse) : "") + "\n";
}

} // namespace tinynet::program
