// SPDX-License-Identifier: MIT
#include "predicted_frame.hpp"

#include <tinynet/io/extxyz.hpp>

#include <Eigen/Core>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace tinynet::program {

namespace {

constexpr std::string_view note_key = "tinynet_predicted";
constexpr std::array<std::string_view, 4> columns{"forces", "ldos", "energies", "forces_std"};
constexpr std::array<std::string_view, 3> keys{"energy", "stress", "energy_std"};

/// Of the numbers of a column or key; nothing if there are none.
std::optional<double> sum_of(const extxyz_frame& frame, std::string_view name) {
    double sum = 0.0;
    if (const auto* const column = frame.find_column(name);
        column != nullptr && column->type != 'S' && std::ranges::find(columns, name) != columns.end()) {
        for (const double number : column->numbers())
            sum += std::abs(number);
        return sum;
    }
    const std::string* const text = frame.find_info(name);
    if (text == nullptr || std::ranges::find(keys, name) == keys.end())
        return std::nullopt;
    std::string_view rest = *text;
    for (auto word = detail::take_word(rest); !word.empty(); word = detail::take_word(rest))
        sum += std::abs(detail::parse_real(word).value_or(0.0));
    return sum;
}

/// Other programs write eight digits after the point.
bool is_same_sum(double noted, double found) {
    return std::abs(noted - found) <= 1e-5 * std::abs(noted) + 1e-7;
}

void take_out_predictions(extxyz_frame& frame) {
    const std::string note = *frame.find_info(note_key);
    std::string_view rest = note;
    for (auto word = detail::take_word(rest); !word.empty(); word = detail::take_word(rest)) {
        const std::string_view name = word.substr(0, word.find(':'));
        const auto noted = detail::parse_real(word.substr(std::min(name.size() + 1, word.size())));
        const auto found = sum_of(frame, name);
        if (!noted || !found || !is_same_sum(*noted, *found))
            continue;
        std::erase_if(frame.columns, [&](const extxyz_column& column) { return column.name == name; });
        std::erase_if(frame.info, [&](const auto& entry) { return entry.first == name; });
    }
    std::erase_if(frame.info, [&](const auto& entry) { return entry.first == note_key; });
}

void keep_labels(extxyz_frame& frame) {
    frame.rename_column("force", "ref_forces");
    for (const std::string_view label : {"forces", "ldos", "energies"})
        frame.rename_column(label, "ref_" + std::string{label});
    for (const std::string_view label : {"energy", "stress", "virial"})
        frame.rename_info(label, "ref_" + std::string{label});
}

} // namespace

extxyz_frame with_predictions(extxyz_frame frame, const any_model& model, const prediction& predicted) {
    keep_labels(frame);
    const auto set_column = [&](std::string name, std::size_t width, std::span<const double> numbers) {
        frame.set_column({std::move(name), 'R', width, std::vector<double>(numbers.begin(), numbers.end())});
    };
    if (const auto* const ldos = std::get_if<ldos_model>(&model))
        set_ldos(frame, {ldos->grid(),
                         Eigen::Map<const Eigen::MatrixXd>{predicted.results.data(),
                                                           static_cast<Eigen::Index>(ldos->grid().count),
                                                           static_cast<Eigen::Index>(frame.atom_count)}});
    else
        set_column("forces", 3, predicted.results);
    if (predicted.energy) {
        set_column("energies", 1, predicted.atomic_energies);
        frame.set_info("energy", detail::number_text(*predicted.energy));
    }
    if (predicted.energy_deviation) {
        set_column("forces_std", 3, predicted.force_deviations);
        frame.set_info("energy_std", detail::number_text(*predicted.energy_deviation));
    }
    if (predicted.stress)
        frame.set_info("stress", detail::matrix_text(*predicted.stress));
    note_predictions(frame);
    return frame;
}

void note_predictions(extxyz_frame& frame) {
    std::string note;
    const auto add = [&](std::string_view name) {
        if (const auto sum = sum_of(frame, name))
            note += (note.empty() ? "" : " ") + std::string{name} + ':' + detail::number_text(*sum);
    };
    std::ranges::for_each(columns, add);
    std::ranges::for_each(keys, add);
    frame.set_info(note_key, note);
}

void restore_labels(extxyz_frame& frame) {
    const bool is_noted = frame.find_info(note_key) != nullptr;
    if (is_noted)
        take_out_predictions(frame);
    const auto is_free = [&](std::string_view name) { // without a note, what stands beside ref_ is no label
        return !is_noted || (frame.find_column(name) == nullptr && frame.find_info(name) == nullptr);
    };
    for (const std::string_view label : {"forces", "ldos", "energies"})
        if (is_free(label))
            frame.rename_column("ref_" + std::string{label}, label);
    for (const std::string_view label : {"energy", "stress", "virial"})
        if (is_free(label))
            frame.rename_info("ref_" + std::string{label}, label);
}

std::vector<labeled_structure> read_labeled(const std::filesystem::path& path) {
    std::vector<labeled_structure> structures;
    extxyz_reader reader{path};
    while (auto frame = reader.next()) {
        restore_labels(*frame);
        structures.push_back(to_labeled_structure(*frame));
    }
    return structures;
}

} // namespace tinynet::program
