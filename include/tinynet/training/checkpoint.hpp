// SPDX-License-Identifier: MIT
#ifndef TINYNET_TRAINING_CHECKPOINT_HPP
#define TINYNET_TRAINING_CHECKPOINT_HPP

/// \file
/// An unfinished training as a file, from which it goes on bit by bit as if it had never stopped. Above
/// training and io.

#include <tinynet/detail/finite.hpp>
#include <tinynet/detail/text.hpp>
#include <tinynet/error.hpp>
#include <tinynet/io/atomic_file.hpp>
#include <tinynet/io/safetensors.hpp>
#include <tinynet/training/detail/epoch_records.hpp>
#include <tinynet/training/optimizer_state.hpp>
#include <tinynet/training/regression.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tinynet {

/// Where a training stands.
template <typename Real>
struct training_checkpoint {
    std::string settings;       ///< everything the result depends on, as text; compared on resuming
    std::string learning_curve; ///< what has been written of it so far
    std::vector<training_state<Real>> networks; ///< one state per network
};

/// What a checkpoint says of its training, in whichever precision.
struct checkpoint_summary {
    std::string settings;    ///< as in training_checkpoint
    std::uint64_t epoch = 0; ///< finished ones
};

namespace detail {

/// The tensors of a checkpoint, as they were saved.
/// \param bytes  of the file.
/// \throws file_error  if they are damaged or no checkpoint.
inline safetensors parse_checkpoint(std::string_view bytes, const std::filesystem::path& path) {
    safetensors file = parse_safetensors(without_record_places(bytes), path.string(), checksum::required);
    if (const std::string& format = file.metadata_at("format"); format != "tinynet checkpoint")
        throw file_error{text("'", path.string(), "' has the format ", in_quotes(format),
                              ", expected 'tinynet checkpoint'")};
    return file;
}

/// Steps, epochs and the best of these, of a network with a prefix.
/// \throws file_error  if there are others, or some below zero.
inline std::vector<std::int64_t> checkpoint_counts(const std::filesystem::path& path, const safetensors& file,
                                                   const std::string& prefix) {
    auto counts = file.values<std::int64_t>(prefix + "counts");
    if (counts.size() != 3)
        throw file_error{"'" + path.string() + "' has the counts of another version of tinynet"};
    if (std::ranges::any_of(counts, [](std::int64_t count) { return count < 0; }) || counts[2] > counts[1])
        throw file_error{"'" + path.string() + "' has counts that make no sense"};
    return counts;
}

/// Whether a loss can be the lowest so far: finite, or infinite before the first epoch.
inline bool is_best_loss(double loss, std::int64_t best_epoch) noexcept {
    constexpr auto none = std::bit_cast<std::uint64_t>(std::numeric_limits<double>::infinity());
    return is_finite(loss) || (best_epoch == 0 && std::bit_cast<std::uint64_t>(loss) == none);
}

/// Calls `visit` with everything that an epoch changes in a state, span by span.
template <typename State, typename Visit>
void visit_numbers(State& state, const Visit& visit) {
    for (auto* values : {&state.parameters, &state.best_parameters, &state.optimizer.first_moment,
                         &state.optimizer.second_moment, &state.optimizer.curvature})
        visit(std::span{*values});
    for (auto* count : {&state.optimizer.step, &state.epoch, &state.best_epoch})
        visit(std::span{count, 1});
    visit(std::span{&state.best_loss, 1});
}

/// The content of a record: the epoch, the states of all networks, and rows of the learning curve.
/// \param rows_begin  where those begin that are not in the tensors.
template <typename Real>
std::string record_of(const training_checkpoint<Real>& checkpoint, std::size_t rows_begin) {
    std::string content = bytes_of_number(checkpoint.networks.empty() ? 0 : checkpoint.networks[0].epoch);
    for (const auto& state : checkpoint.networks)
        visit_numbers(state, [&](auto numbers) {
            const auto bytes = std::as_bytes(numbers);
            content.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
        });
    return content.append(checkpoint.learning_curve, rows_begin);
}

/// Whether a state can be that of a training.
template <typename Real>
bool is_sound(const training_state<Real>& state) {
    const std::array numbers{&state.parameters, &state.best_parameters, &state.optimizer.first_moment,
                             &state.optimizer.second_moment, &state.optimizer.curvature};
    constexpr std::uint64_t most = std::numeric_limits<std::int64_t>::max();
    return state.best_epoch <= state.epoch && state.epoch <= most && state.optimizer.step <= most &&
           is_best_loss(state.best_loss, static_cast<std::int64_t>(state.best_epoch)) &&
           std::ranges::all_of(numbers, [](const std::vector<Real>* values) {
               return std::ranges::all_of(*values, [](Real value) { return is_finite(value); });
           });
}

/// Brings a checkpoint up to an epoch that was recorded.
/// \returns whether there is all of it in the record, and it makes sense.
template <typename Real>
bool apply_record(std::string_view content, training_checkpoint<Real>& checkpoint) {
    std::string_view rest = content.substr(sizeof(std::uint64_t));
    bool is_whole = true;
    for (auto& state : checkpoint.networks)
        visit_numbers(state, [&](auto numbers) {
            const auto bytes = std::as_writable_bytes(numbers);
            is_whole = is_whole && bytes.size() <= rest.size();
            if (!is_whole || bytes.empty())
                return;
            std::memcpy(bytes.data(), rest.data(), bytes.size());
            rest.remove_prefix(bytes.size());
        });
    checkpoint.learning_curve += rest;
    return is_whole && !checkpoint.networks.empty() && checkpoint.networks[0].epoch == number_in(content) &&
           std::ranges::all_of(checkpoint.networks, is_sound<Real>);
}

/// A checkpoint as tensors.
template <typename Real>
safetensors as_tensors(const training_checkpoint<Real>& checkpoint) {
    safetensors file;
    file.metadata["format"] = "tinynet checkpoint";
    file.metadata["settings"] = checkpoint.settings;
    file.metadata["learning_curve"] = checkpoint.learning_curve;
    for (std::size_t k = 0; k < checkpoint.networks.size(); ++k) {
        const training_state<Real>& state = checkpoint.networks[k];
        const std::string prefix = "networks." + std::to_string(k) + ".";
        const auto set = [&](const std::string& name, const std::vector<Real>& values) {
            file.set<Real>(prefix + name, {values.size()}, values);
        };
        set("parameters", state.parameters);
        set("best_parameters", state.best_parameters);
        set("first_moment", state.optimizer.first_moment);
        set("second_moment", state.optimizer.second_moment);
        set("curvature", state.optimizer.curvature);
        const std::vector<std::int64_t> counts{static_cast<std::int64_t>(state.optimizer.step),
                                               static_cast<std::int64_t>(state.epoch),
                                               static_cast<std::int64_t>(state.best_epoch)};
        file.set<std::int64_t>(prefix + "counts", {counts.size()}, counts);
        const std::vector<double> losses{state.best_loss};
        file.set<double>(prefix + "best_loss", {1}, losses);
    }
    return file;
}

} // namespace detail

/// Writes a checkpoint; the older one is replaced only when everything is written. checkpoint_writer does so
/// epoch after epoch, in less time.
/// \throws file_error  if the file cannot be written.
template <typename Real>
void save_checkpoint(const std::filesystem::path& path, const training_checkpoint<Real>& checkpoint) {
    write_safetensors(path, detail::as_tensors(checkpoint));
}

/// Reads a checkpoint, at the last epoch that a checkpoint_writer recorded in it.
/// \throws file_error  if the file cannot be read, is damaged, no checkpoint, of another precision, or has a
///                     number that is not finite, counts that make no sense or the record of such an epoch.
template <typename Real>
training_checkpoint<Real> load_checkpoint(const std::filesystem::path& path) {
    const std::string bytes = read_file(path);
    const safetensors file = detail::parse_checkpoint(bytes, path);
    training_checkpoint<Real> checkpoint{
        file.metadata_at("settings"), file.metadata_at("learning_curve"), {}};
    for (std::size_t k = 0; file.tensors.contains("networks." + std::to_string(k) + ".parameters"); ++k) {
        const std::string prefix = "networks." + std::to_string(k) + ".";
        training_state<Real> state;
        state.parameters = file.finite_values<Real>(prefix + "parameters");
        state.best_parameters = file.finite_values<Real>(prefix + "best_parameters");
        state.optimizer.first_moment = file.finite_values<Real>(prefix + "first_moment");
        state.optimizer.second_moment = file.finite_values<Real>(prefix + "second_moment");
        state.optimizer.curvature = file.finite_values<Real>(prefix + "curvature");
        const auto counts = detail::checkpoint_counts(path, file, prefix);
        const auto losses = file.values<double>(prefix + "best_loss");
        if (losses.size() != 1 || !detail::is_best_loss(losses[0], counts[2]))
            throw file_error{"'" + path.string() + "' has a loss that makes no sense"};
        state.optimizer.step = static_cast<std::uint64_t>(counts[0]);
        state.epoch = static_cast<std::uint64_t>(counts[1]);
        state.best_epoch = static_cast<std::uint64_t>(counts[2]);
        state.best_loss = losses[0];
        checkpoint.networks.push_back(std::move(state));
    }
    if (const auto record = detail::last_record(bytes); record && !detail::apply_record(*record, checkpoint))
        throw file_error{"'" + path.string() +
                         "' has the record of an epoch of other networks, or one that makes no "
                         "sense"};
    return checkpoint;
}

/// What a checkpoint says of its training, without its numbers.
/// \throws file_error  if the file cannot be read, is damaged, no checkpoint, or has counts that make no sense.
inline checkpoint_summary read_checkpoint_summary(const std::filesystem::path& path) {
    const std::string bytes = read_file(path);
    const safetensors file = detail::parse_checkpoint(bytes, path);
    const auto counts = detail::checkpoint_counts(path, file, "networks.0.");
    const auto record = detail::last_record(bytes);
    return {file.metadata_at("settings"),
            record ? detail::number_in(*record) : static_cast<std::uint64_t>(counts[1])};
}

} // namespace tinynet

#endif
