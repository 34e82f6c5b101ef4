// SPDX-License-Identifier: MIT
#include "training_options.hpp"
#include "predicted_frame.hpp"

#include "files.hpp"
#include "model_prediction.hpp"
#include "number_checks.hpp"
#include "training_data.hpp"
#include <tinynet/error.hpp>
#include <tinynet/io/fingerprint.hpp>
#include <tinynet/training/split.hpp>

#include <algorithm>
#include <charconv>
#include <iostream>
#include <string>
#include <system_error>
#include <thread>
#include <variant>

namespace tinynet::program {

namespace {

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
split_fractions parse_split(const training_options& options) {
    if (options.split.empty())
        return options.test.empty() ? split_fractions{} : split_fractions{0.9, 0.1, 0.0};
    return {options.split[0], options.split[1], options.split[2]};
}

/// Structures whose labels can be learned, and errors of them squared.
std::vector<labeled_structure> read_checked(const std::filesystem::path& path) {
    std::vector<labeled_structure> structures = read_labeled(path);
    for (std::size_t k = 0; k < structures.size(); ++k)
        naming("'" + path.string() + "': structure " + std::to_string(k),
               [&] { check_labels(structures[k]); });
    return structures;
}

} // namespace

void training_options::complete(const std::vector<std::filesystem::path>& further_inputs) {
    run.complete(model);
    std::vector<std::filesystem::path> inputs{data, test};
    inputs.insert(inputs.end(), further_inputs.begin(), further_inputs.end());
    check_outputs({model, run.curve, run.checkpoint}, inputs);
    run.check_checkpoint();
    check_can_be_read_again(data);
    for (const std::filesystem::path& input : further_inputs)
        check_can_be_read_again(input);
    if (threads == 0)
        threads = std::max(1U, std::thread::hardware_concurrency());
}

void add_training_options(CLI::App& command, training_options& options) {
    command.add_option("data", options.data, "Extended XYZ file with labels")->required();
    command.add_option("-o,--output", options.model, "Model file to write")->required();
    command.add_option("--test", options.test, "Structures for the final test, never looked at in training");
    command.add_option("--split", options.split, "Fractions for training, validation, test (0.8,0.1,0.1)")
        ->delimiter(',')
        ->expected(3)
        ->allow_extra_args(false);
    command.add_option("--seed", options.seed, "Of split, starting weights and batches (default 1)")
        ->check(zero_or_above);
    command
        .add_option("--threads", options.threads, "Threads (default: all); the result does not depend on it")
        ->check(CLI::Range(1, 1024));
    command.add_option("--hidden", options.hidden, "Widths of the hidden layers")->capture_default_str();
    command.add_option("--real", options.real, "Precision: float (default) or double")
        ->check(CLI::IsMember({"float", "double"}));
    add_run_options(command, options.run);
}

labeled_data read_data(const training_options& options) {
    labeled_data data{read_checked(options.data), {}, {}};
    if (!options.test.empty())
        data.test = read_checked(options.test);
    data.record.data_sha256 = file_sha256(options.data);
    data.record.split = naming("--split of '" + options.data.string() + "'", [&] {
        return split_dataset(data.structures.size(), parse_split(options), options.seed);
    });
    data.record.seed = options.seed;
    data.record.hidden = parse_hidden(options.hidden);
    return data;
}

std::vector<labeled_structure> choose(const std::vector<labeled_structure>& all,
                                      const std::vector<std::size_t>& indices) {
    std::vector<labeled_structure> chosen;
    for (const std::size_t index : indices)
        chosen.push_back(all[index]);
    return chosen;
}

std::unique_ptr<error_report> errors_on(const any_model& model, const std::string& subset,
                                        std::span<const labeled_structure> structures) {
    const auto predict = make_prediction(model);
    auto errors = make_error_report(model);
    for (std::size_t k = 0; k < structures.size(); ++k)
        if (errors->has_labels(structures[k]))
            naming(subset + " structure " + std::to_string(k),
                   [&] { errors->add(structures[k], (*predict)(structures[k].geometry)); });
    return errors;
}

void finish_training(const training_options& options, const labeled_data& data, const any_model& model,
                     const any_model& control) {
    std::visit([&](const auto& trained) { save_model(options.model, trained); }, model);
    const dataset_split& split = data.record.split;
    const auto training = errors_on(model, "training", choose(data.structures, split.training));
    const auto validation = errors_on(control, "validation", choose(data.structures, split.validation));
    const auto test =
        errors_on(model, "test", options.test.empty() ? choose(data.structures, split.test) : data.test);
    training->print_header(std::cout);
    training->print(std::cout, "training");
    validation->print(std::cout, "validation");
    test->print(std::cout, "test", true);
    if (std::cout << "wrote " << options.model.string() << std::endl)
        options.run.clean_up(); // last: whoever missed the errors gets them by --resume
}

} // namespace tinynet::program
