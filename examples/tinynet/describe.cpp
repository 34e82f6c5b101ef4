// SPDX-License-Identifier: MIT
#include "commands.hpp"
#include "files.hpp"
#include "topology_options.hpp"
#include <tinynet/descriptor/descriptor.hpp>
#include <tinynet/descriptor/feature_count.hpp>
#include <tinynet/descriptor/features.hpp>
#include <tinynet/error.hpp>
#include <tinynet/io/atomic_file.hpp>

#include <Eigen/Core>

#include <array>
#include <charconv>
#include <cstddef>
#include <filesystem>
#include <iostream>
#include <memory>
#include <string>

namespace tinynet::program {

namespace {

struct describe_options {
    std::filesystem::path input;
    std::filesystem::path output;
    std::size_t frame = 0;
    bool count = false;
    topology_options topology;
};

std::string as_csv(const Eigen::MatrixXd& features) {
    std::string text;
    std::array<char, 32> number{};
    for (Eigen::Index atom = 0; atom < features.cols(); ++atom)
        for (Eigen::Index k = 0; k < features.rows(); ++k) {
            constexpr int significant_digits = 17;
            const auto end = std::to_chars(number.data(), number.data() + number.size(), features(k, atom),
                                           std::chars_format::general, significant_digits);
            text.append(number.data(), end.ptr);
            text += k + 1 < features.rows() ? ',' : '\n';
        }
    return text;
}

void describe_file(const describe_options& options) {
    const std::filesystem::path reference_file = options.topology.reference.value_or(options.input);
    check_outputs({options.output}, {options.input, reference_file});
    const structure reference = read_frame(reference_file, 0);
    if (options.count) {
        std::cout << feature_count(reference, options.topology.bonds(), options.topology.descriptor())
                  << '\n';
        return;
    }
    if (options.output.empty())
        throw invalid_option{"describe needs a file for the features: -o FILE (or --count)"};
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
    command.add_option("--frame", options->frame, "Which frame to describe, from 0 (default 0)")
        ->check(CLI::NonNegativeNumber);
    command.add_option("-o,--output", options->output, "CSV file to write");
    command.add_flag("--count", options->count, "Only print the length of a row");
    add_topology_options(command, options->topology);
    command.callback([options] { describe_file(*options); });
}

} // namespace tinynet::program
