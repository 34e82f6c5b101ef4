// SPDX-License-Identifier: MIT
#include "commands.hpp"
#include "error_report.hpp"
#include "extrapolation_report.hpp"
#include "files.hpp"
#include "model_prediction.hpp"
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
#include <span>
#include <string>
#include <string_view>
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

/// Of a frame that predictions were written to, labels are what is kept under ref_ names.
void restore_labels(extxyz_frame& frame) {
    for (const std::string_view label : {"forces", "ldos", "energies"})
        frame.rename_column("ref_" + std::string{label}, label);
    for (const std::string_view label : {"energy", "stress", "virial"})
        frame.rename_info("ref_" + std::string{label}, label);
}

/// The frame with the model's results in place of the labels, which are kept under ref_ names.
extxyz_frame with_predictions(extxyz_frame frame, const any_model& model, const prediction& predicted) {
    const std::span<const double> results = predicted.results;
    frame.rename_column("force", "ref_forces");
    for (const std::string_view label : {"forces", "ldos"})
        frame.rename_column(label, "ref_" + std::string{label});
    for (const std::string_view label : {"energy", "stress", "virial"})
        frame.rename_info(label, "ref_" + std::string{label});
    if (const auto* const ldos = std::get_if<ldos_model>(&model))
        set_ldos(frame, {ldos->grid(), Eigen::Map<const Eigen::MatrixXd>{
                                           results.data(), static_cast<Eigen::Index>(ldos->grid().count),
                                           static_cast<Eigen::Index>(frame.atom_count)}});
    else
        frame.set_column({"forces", 'R', 3, std::vector<double>(results.begin(), results.end())});
    if (predicted.energy) {
        frame.rename_column("energies", "ref_energies");
        const auto atomic = predicted.atomic_energies;
        frame.set_column({"energies", 'R', 1, std::vector<double>(atomic.begin(), atomic.end())});
        frame.set_info("energy", detail::number_text(*predicted.energy));
    }
    if (predicted.energy_deviation) {
        const auto deviations = predicted.force_deviations;
        frame.set_column({"forces_std", 'R', 3, std::vector<double>(deviations.begin(), deviations.end())});
        frame.set_info("energy_std", detail::number_text(*predicted.energy_deviation));
    }
    if (predicted.stress) {
        std::string numbers;
        for (Eigen::Index k = 0; k < 9; ++k)
            numbers += (k == 0 ? "" : " ") + detail::number_text((*predicted.stress)(k / 3, k % 3));
        frame.set_info("stress", numbers);
    }
    return frame;
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
