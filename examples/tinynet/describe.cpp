// SPDX-License-Identifier: MIT
#include "commands.hpp"
#include "files.hpp"
#include "number_checks.hpp"
#include "topology_options.hpp"
#include <tinynet/descriptor/descriptor.hpp>
#include <tinynet/descriptor/feature_count.hpp>
#include <tinynet/descriptor/features.hpp>
#include <tinynet/error.hpp>
#include <tinynet/io/atomic_file.hpp>
#include <tinynet/io/fingerprint.hpp>
#include <tinynet/io/model_file.hpp>
#include <tinynet/model/network_inputs.hpp>

#include <Eigen/Core>

#include <array>
#include <charconv>
#include <cstddef>
#include <filesystem>
#include <iostream>
#include <memory>
#include <span>
#include <string>
#include <variant>
#include <vector>

namespace tinynet::program {

namespace {

struct describe_options {
    std::filesystem::path input;
    std::filesystem::path output;
    std::filesystem::path model;
    std::size_t frame = 0;
    bool count = false;
    topology_options topology;
};

void append_row(std::string& text, std::span<const double> numbers) {
    std::array<char, 32> buffer{};
    for (std::size_t k = 0; k < numbers.size(); ++k) {
        constexpr int significant_digits = 17;
        const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), numbers[k],
                                       std::chars_format::general, significant_digits);
        text.append(buffer.data(), end.ptr);
        text += k + 1 < numbers.size() ? ',' : '\n';
    }
}

std::string as_csv(const Eigen::MatrixXd& features) {
    std::string text;
    const auto count = static_cast<std::size_t>(features.rows());
    for (Eigen::Index atom = 0; atom < features.cols(); ++atom)
        append_row(text, {features.col(atom).data(), count});
    return text;
}

/// Networks differ in width: the number of the network comes first.
std::string as_csv(std::span<const network_inputs> atoms) {
    std::string text;
    for (const auto& [network, features] : atoms) {
        text += std::to_string(network) + ',';
        append_row(text, {features.data(), static_cast<std::size_t>(features.size())});
    }
    return text;
}

void describe_for_model(const describe_options& options) {
    check_outputs({options.output}, {options.input, options.model});
    const any_model model = load_model(options.model);
    const structure geometry = read_frame(options.input, options.frame);
    const auto inputs = std::visit([&](const auto& m) { return describe(m, geometry); }, model);
    write_file_atomically(options.output, as_csv(inputs));
}

void describe_file(const describe_options& options) {
    if (options.output.empty() && !options.count)
        throw invalid_option{"describe needs a file for the features: -o FILE (or --count)"};
    if (!options.model.empty()) {
        describe_for_model(options);
        return;
    }
    const std::filesystem::path reference_file = options.topology.reference.value_or(options.input);
    check_outputs({options.output}, {options.input, reference_file});
    if (reference_file == options.input && !options.count)
        check_can_be_read_again(options.input);
    const structure reference = read_frame(reference_file, 0);
    if (options.count) {
        std::cout << feature_count(reference, options.topology.bonds(), options.topology.descriptor())
                  << '\n';
        return;
    }
    const structure geometry = read_frame(options.input, options.frame);
    const descriptor d{reference, options.topology.bonds(), options.topology.descriptor()};
    const Eigen::MatrixXd features = describe(d, d.topology_of(geometry), flat(geometry.positions()));
    write_file_atomically(options.output, as_csv(features));
}

} // namespace

void add_describe(CLI::App& app) {
    const auto options = std::make_shared<describe_options>();
    CLI::App& command =
        *app.add_subcommand("describe", "Write the features of a structure as CSV, a row per atom");
    command.add_option("structures", options->input, "Extended XYZ file")->required();
    CLI::Option& frame =
        *command.add_option("--frame", options->frame, "Which frame to describe, from 0 (default 0)")
             ->check(zero_or_above);
    CLI::Option& output = *command.add_option("-o,--output", options->output, "CSV file to write");
    CLI::Option& count = *command.add_flag("--count", options->count, "Only print the length of a row");
    add_topology_options(command, options->topology);
    CLI::Option& model = *command.add_option(
        "--model", options->model,
        "Write what the networks of this model take: the number of the network, then its inputs");
    for (CLI::Option* const other : {&model, &frame, &output})
        count.excludes(other); // it is that of the reference
    for (CLI::Option* const topology :
         command.get_options([](const CLI::Option* option) { return option->get_group() == "Topology"; }))
        model.excludes(topology); // the model has its own
    command.callback([options] { describe_file(*options); });
}

} // namespace tinynet::program
