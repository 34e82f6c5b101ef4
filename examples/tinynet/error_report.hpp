// SPDX-License-Identifier: MIT
#ifndef TINYNET_EXAMPLES_ERROR_REPORT_HPP
#define TINYNET_EXAMPLES_ERROR_REPORT_HPP

/// \file
/// Errors of predictions: overall and per species, as a table for people and as JSON.

#include "model_prediction.hpp"
#include <tinynet/geometry/labeled_structure.hpp>
#include <tinynet/io/model_file.hpp>

#include <nlohmann/json.hpp>

#include <cstddef>
#include <memory>
#include <ostream>
#include <string>

namespace tinynet::program {

/// Errors of one kind of model over some structures.
class error_report {
public:
    error_report() = default;
    error_report(const error_report&) = delete;
    error_report& operator=(const error_report&) = delete;
    virtual ~error_report() = default;

    /// Whether a structure has what predictions can be compared with.
    [[nodiscard]] virtual bool has_labels(const labeled_structure& labeled) const = 0;
    /// Takes a structure into account.
    /// \throws invalid_dataset  if a label or prediction is too large to square, or the labels do not fit.
    virtual void add(const labeled_structure& labeled, const prediction& predicted) = 0;

    /// Number of structures.
    [[nodiscard]] virtual std::size_t frame_count() const = 0;
    /// The keys of the error report.
    [[nodiscard]] virtual nlohmann::json as_json() const = 0;
    /// A line of the table; `with_species` adds one per species below it.
    virtual void print(std::ostream& out, const std::string& name, bool with_species = false) const = 0;
    /// The line above the first one.
    virtual void print_header(std::ostream& out) const = 0;
};

/// An empty report of the errors of a model, which must outlive it.
std::unique_ptr<error_report> make_error_report(const any_model& model);

/// Prints how large a part is; a dash where there is nothing that it could be part of.
void print_ratio(std::ostream& out, int width, double part, double whole);

/// What a model predicts: `forces`, `ldos` or `energy`.
std::string name_of_results(const any_model& model);

} // namespace tinynet::program

#endif
