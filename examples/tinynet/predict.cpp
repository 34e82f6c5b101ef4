// SPDX-License-Identifier: MIT
#include "commands.hpp"
#include "error_report.hpp"
#include "extrapolation_report.hpp"
#include "files.hpp"
#include "model_prediction.hpp"
#include "predicted_frame.hpp"
#include <tinynet/error.hpp>
#include <tinynet/io/atomic_file.hpp>
#include <tinynet/io/extxyz.hpp>
#include <tinynet/io/fingerprint.hpp>
#include <tinynet/io/model_file.hpp>

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace tinynet::program {

namespace {

struct predict_options {
    std::filesystem::path model;
    std::filesystem::path input;
    std::filesystem::path output;
    std::filesystem::path report;
    std::string subset;
};

/// The numbers of the frames of a subset, or nothing if all frames are meant.
std::optional<std::vector<std::size_t>> frames_of_subset(const predict_options& options,
                                                         const any_model& model) {
    if (options.subset.empty())
        return std::nullopt;
    const training_record& record =
        std::visit([](const auto& m) -> const training_record& { return m.record(); }, model);
    if (file_sha256(options.input) != record.data_sha256)
        throw invalid_dataset{"--subset: '" + options.input.string() +
                              "' is not the file the model was trained on; its subsets are unknown"};
    const auto& split = record.split;
    const auto& subset = options.subset == "train"        ? split.training
                         : options.subset == "validation" ? split.validation
                                                          : split.test;
    if (subset.empty())
        throw invalid_dataset{"--subset: the training set no " + options.subset + " structures aside"};
    return subset;
}

void predict_file(const predict_options& options) {
    check_outputs({options.output, options.report}, {options.model, options.input});
    const any_model model = load_model(options.model);
    const auto subset = frames_of_subset(options, model);
    const auto predict = make_prediction(model);
    const auto errors = make_error_report(model);
    std::vector<extxyz_frame> predicted;
    extrapolation_report outside;
    extxyz_reader reader{options.input};
    std::size_t number = 0;
    std::size_t frame_count = 0;
    for (; auto frame = reader.next(); ++number) {
        if (subset && !std::ranges::binary_search(*subset, number))
            continue;
        ++frame_count;
        restore_labels(*frame);
        const labeled_structure labeled = to_labeled_structure(*frame);
        const std::string place = "'" + options.input.string() + "', frame " + std::to_string(number);
        if (!errors->has_labels(labeled) && !options.report.empty())
            throw invalid_dataset{place + " has no " + name_of_results(model) +
                                  " to compare with, which --json needs"};
        try {
            const prediction result = (*predict)(labeled.geometry);
            outside.add(number, labeled.geometry.atom_count(), result.extrapolations);
            if (errors->has_labels(labeled))
                errors->add(labeled, result);
            if (!options.output.empty())
                predicted.push_back(with_predictions(std::move(*frame), model, result));
        } catch (const error& problem) {
            throw error{place + ": " + problem.what()};
        }
    }
    const std::string output = options.output.empty() ? "" : format_extxyz(predicted);
    const std::string report = options.report.empty() ? "" : errors->as_json().dump(2) + "\n";
    std::vector<file_content> files;
    for (const file_content& file : {file_content{options.output, output}, {options.report, report}})
        if (!file.path.empty())
            files.push_back(file);
    write_files_atomically(files);
    if (errors->frame_count() > 0) {
        errors->print_header(std::cout);
        errors->print(std::cout, options.subset.empty() ? "all" : options.subset, true);
    }
    if (const auto* const energy = std::get_if<energy_model>(&model)) {
        outside.print(std::cout, *energy);
        if (const training_record& record = energy->record();
            options.subset == "validation" && record.epochs > 0)
            std::cout
                << "the model has learned from the validation structures, too; the RMSE of its control was "
                << record.best_rmse << (record.judged_by_energies ? " eV/atom" : " eV/Å") << '\n';
    }
    std::cout << "predicted the " << name_of_results(model) << " of " << frame_count
              << (frame_count == 1 ? " structure" : " structures")
              << (options.output.empty() ? "" : ", written to " + options.output.string()) << '\n';
}

} // namespace

void add_predict(CLI::App& app) {
    const auto options = std::make_shared<predict_options>();
    CLI::App& command = *app.add_subcommand("predict", "Apply a model to structures");
    command.add_option("model", options->model, "Model file")->required();
    command.add_option("structures", options->input, "Extended XYZ file")->required();
    command.add_option("-o,--output", options->output, "Extended XYZ file to write, predictions added");
    command.add_option("--json", options->report, "Write the errors as JSON; needs labels in the structures");
    command
        .add_option("--subset", options->subset,
                    "Only the structures that were for train, validation or test")
        ->check(CLI::IsMember({"train", "validation", "test"}));
    command.callback([options] { predict_file(*options); });
}

} // namespace tinynet::program
