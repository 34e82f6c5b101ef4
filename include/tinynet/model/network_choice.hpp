// SPDX-License-Identifier: MIT
#ifndef TINYNET_MODEL_NETWORK_CHOICE_HPP
#define TINYNET_MODEL_NETWORK_CHOICE_HPP

/// \file
/// Which sites share a network.

#include <tinynet/descriptor/descriptor.hpp>
#include <tinynet/descriptor/layout.hpp>
#include <tinynet/descriptor/site.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string_view>
#include <vector>

namespace tinynet {

/// How many networks a model has.
enum class network_choice {
    shared,  ///< one for all atoms, which is told the species (the paper's choice)
    species, ///< one per species
    site     ///< one per site class of the reference
};

/// The name used in files and options.
constexpr std::string_view name_of(network_choice choice) noexcept {
    switch (choice) {
    case network_choice::species:
        return "species";
    case network_choice::site:
        return "site";
    case network_choice::shared:
        break;
    }
    return "shared";
}

/// The numbers of the sites of each network, networks in the order of their first site.
inline std::vector<std::vector<std::uint32_t>> sites_of_networks(const descriptor& d, network_choice choice) {
    const auto key = [&](std::uint32_t site_number) -> std::uint32_t {
        switch (choice) {
        case network_choice::species:
            return static_cast<std::uint32_t>(d.sites()[site_number].shape.front().kind.atomic_number());
        case network_choice::site:
            return d.class_of_site(site_number);
        case network_choice::shared:
            break;
        }
        return 0;
    };
    std::vector<std::vector<std::uint32_t>> networks;
    std::map<std::uint32_t, std::size_t> network_of_key;
    for (std::uint32_t number = 0; number < d.sites().size(); ++number) {
        const auto [known, is_new] = network_of_key.try_emplace(key(number), networks.size());
        if (is_new)
            networks.emplace_back();
        networks[known->second].push_back(number);
    }
    return networks;
}

/// The input columns of a network that serves some sites.
inline column_layout layout_of(const descriptor& d, std::span<const std::uint32_t> site_numbers) {
    std::vector<const site*> sites;
    for (const std::uint32_t number : site_numbers)
        sites.push_back(&d.sites()[number]);
    return {sites, d.options()};
}

} // namespace tinynet

#endif
