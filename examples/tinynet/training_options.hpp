// SPDX-License-Identifier: MIT
#ifndef TINYNET_EXAMPLES_TRAINING_OPTIONS_HPP
#define TINYNET_EXAMPLES_TRAINING_OPTIONS_HPP

/// \file
/// What trainings of all kinds of models have in common: options, data, and what is done with the result.

#include "error_report.hpp"
#include "training_run.hpp"
#include <tinynet/geometry/labeled_structure.hpp>
#include <tinynet/io/model_file.hpp>
#include <tinynet/model/training_record.hpp>

#include <CLI/CLI.hpp>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace tinynet::program {

/// As given on the command line.
struct training_options {
    std::filesystem::path data;
    std::filesystem::path model;
    std::filesystem::path test;
    std::vector<double> split;
    std::uint64_t seed = 1;
    std::string hidden = "16x32";
    std::string real = "float";
    std::size_t threads = 0;
    training_run_options run;

    /// Fills in what was not given and refuses paths that could not be written in the end.
    /// \param further_inputs  files beside data and test that no output must replace; they and the data have
    ///                        fingerprints.
    /// \throws invalid_option, file_error
    void complete(const std::vector<std::filesystem::path>& further_inputs);
};

/// Adds the options to a command.
void add_training_options(CLI::App& command, training_options& options);

/// What a training reads.
struct labeled_data {
    std::vector<labeled_structure> structures;
    std::vector<labeled_structure> test; ///< of the test file; empty if there is none
    training_record record;              ///< fingerprint, split, seed and hidden widths
};

/// \throws file_error, invalid_option, invalid_dataset
labeled_data read_data(const training_options& options);

/// Errors of a model on structures of a subset; its name is for messages.
std::unique_ptr<error_report> errors_on(const any_model& model, const std::string& subset,
                                        std::span<const labeled_structure> structures);
/// Structures by their numbers.
std::vector<labeled_structure> choose(const std::vector<labeled_structure>& all,
                                      const std::vector<std::size_t>& indices);

/// Writes the model, prints the errors of training, validation and test, and removes the checkpoint.
/// \param control  what has not learned from the validation structures; the model itself in most cases.
void finish_training(const training_options& options, const labeled_data& data, const any_model& model,
                     const any_model& control);

} // namespace tinynet::program

#endif
