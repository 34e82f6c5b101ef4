// SPDX-License-Identifier: MIT
#include "topology_options.hpp"

#include "choice_option.hpp"
#include <tinynet/error.hpp>
#include <tinynet/geometry/species.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <set>
#include <string>
#include <string_view>
#include <utility>

namespace tinynet::program {

namespace {

double parse_cutoff(std::string_view text, std::string_view whole) {
    double cutoff = 0.0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), cutoff);
    if (problem != std::errc{} || end != text.data() + text.size())
        throw invalid_option{"--bond-cutoff " + std::string{whole} +
                             ": expected a length in Å such as 3.1, or a pair such as Ti-O=2.6"};
    return cutoff;
}

const std::string group = "Topology";

} // namespace

descriptor_options topology_options::descriptor() const {
    const descriptor_options result{paths, hop_count{hops}, hop_count{neighbors}, layout};
    check(result);
    return result;
}

bond_rule topology_options::bonds() const {
    double longest = 3.1;
    std::set<std::pair<std::string_view, std::string_view>> given; // symbols in alphabetical order
    const auto refuse_second = [&](std::string_view one, std::string_view other, std::string_view text) {
        if (!given.insert(std::minmax(one, other)).second)
            throw invalid_option{"--bond-cutoff " + std::string{text} + ": it was given before"};
    };
    for (const std::string_view text : bond_cutoffs)
        if (text.find('=') == std::string_view::npos) {
            refuse_second("", "", text);
            longest = parse_cutoff(text, text);
        }
    bond_rule result{longest, rule};
    for (const std::string_view text : bond_cutoffs) {
        const auto equals = text.find('=');
        if (equals == std::string_view::npos)
            continue;
        const std::string_view pair = text.substr(0, equals);
        const auto dash = pair.find('-');
        if (dash == std::string_view::npos)
            throw invalid_option{"--bond-cutoff " + std::string{text} + ": expected a pair such as Ti-O=2.6"};
        refuse_second(pair.substr(0, dash), pair.substr(dash + 1), text);
        result.set_pair_cutoff(species{pair.substr(0, dash)}, species{pair.substr(dash + 1)},
                               parse_cutoff(text.substr(equals + 1), text));
    }
    return result;
}

void add_bond_options(CLI::App& command, topology_options& options) {
    command
        .add_option("--reference", options.reference, "File whose first frame fixes bonds, paths and sites")
        ->group(group);
    command
        .add_option("--bond-cutoff", options.bond_cutoffs,
                    "Longest bond in Å (3.1), or that of one pair: Ti-O=2.6 (repeatable; 0: never bonded)")
        ->allow_extra_args(false)
        ->group(group);
    add_choice(command, "--bond-rule", options.rule, std::array{bond_partners::unlike, bond_partners::all},
               "Who is bonded: unlike species (default) or all")
        ->group(group);
}

void add_topology_options(CLI::App& command, topology_options& options) {
    add_bond_options(command, options);
    add_choice(command, "--paths", options.paths, std::array{path_kind::walks, path_kind::cycles},
               "Path features from walks (default) or cycles")
        ->group(group);
    command.add_option("--hops", options.hops, "n: longest path in hops, 0 to 20; 0 = none (default 4)")
        ->check(CLI::Range(0, 20))
        ->group(group);
    command
        .add_option("--neighbors", options.neighbors,
                    "N: farthest neighbor in hops, 0 to 8; 0 = none (default 2)")
        ->check(CLI::Range(0, 8))
        ->group(group);
    add_choice(command, "--layout", options.layout,
               std::array{feature_layout::compact, feature_layout::paper},
               "How features are listed: compact (default) or paper")
        ->group(group);
}

} // namespace tinynet::program
