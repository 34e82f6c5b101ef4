// SPDX-License-Identifier: MIT
#ifndef TINYNET_EXAMPLES_ERROR_TABLE_HPP
#define TINYNET_EXAMPLES_ERROR_TABLE_HPP

/// \file
/// Errors of predicted forces: overall and per species, as a table for people and as JSON.

#include <tinynet/geometry/labeled_structure.hpp>
#include <tinynet/geometry/species.hpp>
#include <tinynet/training/metrics.hpp>
#include <tinynet/types.hpp>

#include <nlohmann/json.hpp>

#include <cstddef>
#include <map>
#include <ostream>
#include <span>
#include <string>

namespace tinynet::program {

/// Errors over some structures.
class force_errors {
public:
    /// Takes a structure into account.
    /// \param predicted  fx0 fy0 fz0 fx1 ..., eV/Å.
    void add(const labeled_structure& labeled, std::span<const double> predicted);

    /// Number of structures.
    [[nodiscard]] std::size_t frame_count() const noexcept { return frames_; }
    /// The keys of the error report.
    [[nodiscard]] nlohmann::json as_json() const;
    /// A line of the table; `with_species` adds one per species below it.
    void print(std::ostream& out, const std::string& name, bool with_species = false) const;
    /// The line above the first one.
    static void print_header(std::ostream& out);

private:
    struct group {
        error_metrics forces;
        std::size_t atoms = 0;
    };

    [[nodiscard]] nlohmann::json as_json(const group& g) const;
    void print(std::ostream& out, const std::string& name, const group& g) const;

    std::size_t frames_ = 0;
    group all_;
    std::map<species, group> by_species_;
};

} // namespace tinynet::program

#endif
