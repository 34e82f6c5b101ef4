// SPDX-License-Identifier: MIT
#ifndef TINYNET_IO_DETAIL_MODEL_SETTINGS_HPP
#define TINYNET_IO_DETAIL_MODEL_SETTINGS_HPP

/// \file
/// Settings of a model as JSON texts in the metadata of its file.

#include <tinynet/descriptor/descriptor.hpp>
#include <tinynet/descriptor/options.hpp>
#include <tinynet/detail/finite.hpp>
#include <tinynet/detail/text.hpp>
#include <tinynet/geometry/labeled_structure.hpp>
#include <tinynet/geometry/structure.hpp>
#include <tinynet/graph/bond_rule.hpp>
#include <tinynet/io/detail/named_file.hpp>
#include <tinynet/io/detail/strict_json.hpp>
#include <tinynet/io/safetensors.hpp>
#include <tinynet/model/network_choice.hpp>
#include <tinynet/model/training_record.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tinynet::detail {

/// The enumerator with a name.
template <typename Enum, std::size_t Count>
Enum enumerator_of(const std::string& name, const std::array<Enum, Count>& all, const named_file& place) {
    std::string expected;
    for (const Enum candidate : all) {
        if (name_of(candidate) == name)
            return candidate;
        expected += (expected.empty() ? "" : ", ") + std::string{name_of(candidate)};
    }
    place.fail("found ", in_quotes(name), ", expected one of ", expected);
}

/// Parses the JSON text of a metadata key and hands it to `read`, turning every JSON error into one of the
/// file.
/// \throws file_error  as parse_strict_json(), and if `read` finds a value of another kind or none.
template <typename Read>
auto read_json(const safetensors& file, const std::string& key, const Read& read) {
    const named_file place{file.file};
    const std::string what = "metadata key " + in_quotes(key);
    const nlohmann::json settings = parse_strict_json(file.metadata_at(key), what, place);
    try {
        return read(settings);
    } catch (const nlohmann::json::exception& problem) {
        place.fail(what, ": ", problem.what());
    }
}

/// A count from JSON, which would turn a negative number into a huge one.
inline std::size_t count_from(const nlohmann::json& value, const named_file& place) {
    if (!value.is_number_unsigned())
        place.fail("found ", value.is_number() ? value.dump() : value.type_name(),
                   ", expected an integer from 0");
    return value.get<std::size_t>();
}

inline std::vector<std::size_t> counts_from(const nlohmann::json& values, const named_file& place) {
    if (!values.is_array())
        place.fail("found ", values.type_name(), ", expected an array of integers from 0");
    std::vector<std::size_t> counts;
    for (const auto& value : values)
        counts.push_back(count_from(value, place));
    return counts;
}

/// Symbols of the species of a structure, each once, by atomic number.
inline std::string species_list(const structure& geometry) {
    std::string symbols;
    for (const species kind : std::set<species>{geometry.species().begin(), geometry.species().end()})
        symbols += (symbols.empty() ? "" : " ") + std::string{kind.symbol()};
    return symbols;
}

inline void store_descriptor_settings(safetensors& file, const descriptor& d) {
    const descriptor_options& options = d.options();
    file.metadata["descriptor"] = nlohmann::json{
        {"paths", name_of(options.paths)},
        {"hops", static_cast<std::size_t>(options.max_walk_hops)},
        {"neighbors", static_cast<std::size_t>(options.max_neighbor_hops)},
        {"layout",
         name_of(options.layout)}}.dump();
    nlohmann::json pairs = nlohmann::json::object();
    for (const auto& [pair, cutoff] : d.rule().pair_cutoffs())
        pairs[text(pair.first.symbol(), "-", pair.second.symbol())] = cutoff;
    file.metadata["bonds"] = nlohmann::json{
        {"rule", name_of(d.rule().partners())},
        {"cutoff", d.rule().default_cutoff()},
        {"pairs", pairs}}.dump();
    file.metadata["species"] = species_list(d.reference());
}

inline descriptor_options load_descriptor_options(const safetensors& file) {
    const named_file place{file.file};
    return read_json(file, "descriptor", [&](const nlohmann::json& settings) {
        descriptor_options options;
        options.paths =
            enumerator_of(settings.at("paths"), std::array{path_kind::walks, path_kind::cycles}, place);
        options.layout = enumerator_of(
            settings.at("layout"),
            std::array{feature_layout::paper, feature_layout::compact, feature_layout::folded}, place);
        const auto hops_from = [&](const nlohmann::json& hops) {
            const std::size_t count = count_from(hops, place);
            if (count > std::numeric_limits<std::uint32_t>::max())
                place.fail("found ", count, " hops, expected a number below 2^32");
            return hop_count{count};
        };
        options.max_walk_hops = hops_from(settings.at("hops"));
        options.max_neighbor_hops = hops_from(settings.at("neighbors"));
        return options;
    });
}

inline bond_rule load_bond_rule(const safetensors& file) {
    const named_file place{file.file};
    return read_json(file, "bonds", [&](const nlohmann::json& settings) {
        bond_rule rule{
            settings.at("cutoff").get<double>(),
            enumerator_of(settings.at("rule"), std::array{bond_partners::unlike, bond_partners::all}, place)};
        const nlohmann::json& pairs = settings.at("pairs");
        if (!pairs.is_object())
            place.fail("found pairs that are ", pairs.type_name(),
                       ", expected an object such as {\"O-Ti\":2.6}");
        std::set<std::pair<species, species>> found;
        for (const auto& [pair, cutoff] : pairs.items()) {
            const auto dash = pair.find('-');
            if (dash == std::string::npos)
                place.fail("found the pair ", in_quotes(pair), ", expected two symbols such as 'Ti-O'");
            const species one{std::string_view{pair}.substr(0, dash)};
            const species other{std::string_view{pair}.substr(dash + 1)};
            if (!found.insert(std::minmax(one, other)).second)
                place.fail("found the pair ", in_quotes(pair), " twice");
            rule.set_pair_cutoff(one, other, cutoff.template get<double>());
        }
        return rule;
    });
}

/// Whether a text can be what file_sha256() makes, or stands for no file.
inline bool is_fingerprint(std::string_view text) {
    constexpr std::size_t digit_count = 64;
    return text.empty() ||
           (text.size() == digit_count && text.find_first_not_of("0123456789abcdefABCDEF") == text.npos);
}

inline void check_fingerprint(std::string_view text, const named_file& place) {
    if (!is_fingerprint(text))
        place.fail("the SHA-256 of the data is ", in_quotes(text),
                   ", expected 64 hexadecimal digits or nothing");
}

/// \throws file_error  if the error is not finite, which JSON cannot express, or the fingerprint of the data is
///                     none.
inline void store_record(safetensors& file, const training_record& record) {
    check_fingerprint(record.data_sha256, {file.file});
    if (!detail::is_finite(record.best_rmse))
        named_file{file.file}.fail("the best RMSE of the training is ", record.best_rmse,
                                   ", expected a finite number");
    file.metadata["split"] = nlohmann::json{
        {"training", record.split.training},
        {"validation", record.split.validation},
        {"test",
         record.split.test}}.dump();
    nlohmann::json training{{"data_sha256", record.data_sha256}, {"seed", record.seed},
                            {"epochs", record.epochs},           {"best_epochs", record.best_epochs},
                            {"best_rmse", record.best_rmse},     {"hidden", record.hidden}};
    if (record.symmetry_operations > 1)
        training["symmetry_operations"] = record.symmetry_operations;
    if (record.judged_by_energies)
        training["judged_by_energies"] = true;
    file.metadata["training"] = training.dump();
}

inline training_record load_record(const safetensors& file) {
    const named_file place{file.file};
    training_record record;
    read_json(file, "split", [&](const nlohmann::json& split) {
        const auto indices_from = [&](const char* name) {
            std::vector<std::size_t> indices = counts_from(split.at(name), place);
            if (std::ranges::adjacent_find(indices, std::ranges::greater_equal{}) != indices.end())
                place.fail("found ", name, " structures that are not in order or twice the same");
            return indices;
        };
        record.split = {indices_from("training"), indices_from("validation"), indices_from("test")};
    });
    read_json(file, "training", [&](const nlohmann::json& training) {
        record.data_sha256 = training.at("data_sha256").get<std::string>();
        check_fingerprint(record.data_sha256, place);
        record.seed = count_from(training.at("seed"), place);
        record.epochs = count_from(training.at("epochs"), place);
        record.best_epochs = counts_from(training.at("best_epochs"), place);
        record.best_rmse = training.at("best_rmse").get<double>();
        record.hidden = counts_from(training.at("hidden"), place);
        if (training.contains("symmetry_operations"))
            record.symmetry_operations = count_from(training.at("symmetry_operations"), place);
        record.judged_by_energies = training.value("judged_by_energies", false);
    });
    return record;
}

/// \throws file_error  if the reference is no UTF-8, which JSON cannot express.
inline void store_energy_grid(safetensors& file, const energy_grid& grid) {
    const nlohmann::json energies{{"first", grid.first},
                                  {"step", grid.step},
                                  {"count", grid.count},
                                  {"broadening", grid.broadening},
                                  {"reference", grid.reference}};
    try {
        file.metadata["energies"] = energies.dump();
    } catch (const nlohmann::json::type_error&) {
        named_file{file.file}.fail(
            "the reference of the energies is no UTF-8 text, expected a name such as 'VBM'");
    }
}

inline energy_grid load_energy_grid(const safetensors& file) {
    const named_file place{file.file};
    energy_grid grid;
    read_json(file, "energies", [&](const nlohmann::json& energies) {
        grid.first = energies.at("first").get<double>();
        grid.step = energies.at("step").get<double>();
        grid.count = count_from(energies.at("count"), place);
        grid.broadening = energies.at("broadening").get<double>();
        grid.reference = energies.at("reference").get<std::string>();
    });
    return grid;
}

} // namespace tinynet::detail

#endif
