// SPDX-License-Identifier: MIT
#include "error_report.hpp"

#include <tinynet/detail/finite.hpp>
#include <tinynet/error.hpp>
#include <tinynet/geometry/species.hpp>
#include <tinynet/training/metrics.hpp>
#include <tinynet/types.hpp>

#include <Eigen/Core>

#include <algorithm>
#include <cmath>
#include <iomanip>
#include <map>
#include <optional>
#include <string_view>

namespace tinynet::program {

namespace {

/// Takes a number and its label into account. What is predicted of atoms at one place may be any finite
/// number: up to the one whose square is finite, too.
/// \param name  of the label, for the message, in parts.
/// \throws invalid_dataset  if the label is so large that its square would be none.
template <typename... Parts>
void add_pair(error_metrics& errors, double predicted, double label, const Parts&... name) {
    constexpr double largest = 1e150;
    check_label(label, "the label of ", name...);
    errors.add(std::clamp(predicted, -largest, largest), label);
}

/// Sums up one `Group` per species and one over all.
template <typename Group>
class grouped_report : public error_report {
public:
    [[nodiscard]] std::size_t frame_count() const override { return frames_; }

    [[nodiscard]] nlohmann::json as_json() const override {
        nlohmann::json report = with_counts(all_);
        for (const auto& [kind, own] : by_species_)
            report["species"][std::string{kind.symbol()}] = with_counts(own);
        return report;
    }

    void print(std::ostream& out, const std::string& name, bool with_species) const override {
        if (frames_ == 0)
            return;
        print_line(out, name, all_);
        if (with_species)
            for (const auto& [kind, own] : by_species_)
                print_line(out, "  " + std::string{kind.symbol()}, own);
    }

protected:
    struct counted : Group {
        std::size_t atoms = 0;
        std::size_t frames = 0;     ///< with such atoms
        std::size_t last_frame = 0; ///< number, from 1, of the last of them
    };

    /// Calls `add_atom(group, atom)` for the group of its species and for that of all.
    template <typename AddAtom>
    void add_atoms(const structure& geometry, const AddAtom& add_atom) {
        ++frames_;
        for (std::size_t i = 0; i < geometry.atom_count(); ++i)
            for (counted* const group : {&all_, &by_species_[geometry.species()[i]]}) {
                ++group->atoms;
                if (group->last_frame != frames_)
                    ++group->frames;
                group->last_frame = frames_;
                add_atom(*group, i);
            }
        all_.frames = frames_; // those without atoms, too
    }

    /// The group over all atoms.
    [[nodiscard]] Group& all() { return all_; }

private:
    nlohmann::json with_counts(const counted& group) const {
        nlohmann::json report = group.as_json();
        report["frames"] = group.frames;
        report["atoms"] = group.atoms;
        return report;
    }
    void print_line(std::ostream& out, const std::string& name, const counted& group) const {
        const auto precision = out.precision();
        out << std::left << std::setw(17) << name << std::right << std::setw(6) << group.frames
            << std::setw(9) << group.atoms << std::fixed;
        group.print(out);
        out << std::defaultfloat << std::setprecision(static_cast<int>(precision)) << '\n';
    }

    std::size_t frames_ = 0;
    counted all_;
    std::map<species, counted> by_species_;
};

struct force_group {
    error_metrics forces;

    void add(std::size_t atom, const labeled_structure& labeled, const prediction& predicted) {
        for (std::size_t axis = 0; axis < 3; ++axis)
            add_pair(forces, predicted.results[3 * atom + axis],
                     (*labeled.forces)[atom][static_cast<Eigen::Index>(axis)], "the force on atom ", atom);
    }

    [[nodiscard]] nlohmann::json as_json() const {
        return {{"force_rmse", forces.rmse()},
                {"force_mae", forces.mae()},
                {"mean_abs_force", forces.mean_absolute_target()}};
    }
    void print(std::ostream& out) const {
        out << std::setprecision(4) << std::setw(9) << forces.rmse() << std::setw(9) << forces.mae()
            << std::setw(11) << forces.mean_absolute_target() << std::setprecision(3);
        print_ratio(out, 15, forces.mae(), forces.mean_absolute_target());
    }
};

class force_report final : public grouped_report<force_group> {
public:
    [[nodiscard]] bool has_labels(const labeled_structure& labeled) const override {
        return labeled.forces.has_value();
    }
    void add(const labeled_structure& labeled, const prediction& predicted) override {
        add_atoms(labeled.geometry,
                  [&](force_group& group, std::size_t i) { group.add(i, labeled, predicted); });
    }
    void print_header(std::ostream& out) const override {
        out << "forces (eV/Å)    frames    atoms     RMSE      MAE   mean |F|   MAE/mean |F|\n";
    }
};

/// Forces where the structures have them; energies and stresses of whole structures.
struct energy_group {
    force_group atoms;
    error_metrics energies; ///< per atom
    error_metrics stresses;

    [[nodiscard]] nlohmann::json as_json() const {
        nlohmann::json report = nlohmann::json::object();
        if (atoms.forces.count() > 0)
            report = atoms.as_json();
        if (energies.count() > 0) {
            report["energy_rmse_mev_per_atom"] = 1e3 * energies.rmse();
            report["energy_mae_mev_per_atom"] = 1e3 * energies.mae();
        }
        if (stresses.count() > 0)
            report["stress_rmse_ev_per_A3"] = stresses.rmse();
        return report;
    }
    void print(std::ostream& out) const {
        if (atoms.forces.count() > 0)
            atoms.print(out);
        else
            out << std::setw(44) << "-";
        if (energies.count() > 0)
            out << std::setprecision(3) << std::setw(13) << 1e3 * energies.rmse();
        if (stresses.count() > 0)
            out << std::setprecision(5) << std::setw(13) << stresses.rmse();
    }
};

class energy_report final : public grouped_report<energy_group> {
public:
    [[nodiscard]] bool has_labels(const labeled_structure& labeled) const override {
        return labeled.energy || labeled.forces || labeled.stress;
    }
    void add(const labeled_structure& labeled, const prediction& predicted) override {
        const auto atoms = static_cast<double>(labeled.geometry.atom_count());
        add_atoms(labeled.geometry, [&](energy_group& group, std::size_t i) {
            if (labeled.forces)
                group.atoms.add(i, labeled, predicted);
        });
        if (labeled.energy)
            add_pair(all().energies, *predicted.energy / atoms, *labeled.energy / atoms,
                     "the energy per atom");
        for (Eigen::Index k = 0; labeled.stress && predicted.stress && k < 9; ++k)
            add_pair(all().stresses, (*predicted.stress)(k / 3, k % 3), (*labeled.stress)(k / 3, k % 3),
                     "the stress");
    }
    void print_header(std::ostream& out) const override {
        out << "forces (eV/Å)    frames    atoms     RMSE      MAE   mean |F|   MAE/mean |F|   meV/atom   "
               "stress (eV/Å^3)\n";
    }
};

void print_if_any(std::ostream& out, int width, const error_metrics& errors) {
    out << std::setw(width);
    if (errors.count() > 0)
        out << errors.mae();
    else
        out << "-";
}

struct ldos_group {
    error_metrics values;
    error_metrics site_means;
    error_metrics states;
    error_metrics centers;

    [[nodiscard]] nlohmann::json as_json() const {
        nlohmann::json report{{"ldos_rmse", values.rmse()},
                              {"ldos_mae", values.mae()},
                              {"ldos_mean_predictor_rmse", site_means.rmse()}};
        if (centers.count() > 0)
            report["ldos_first_moment_mae"] = centers.mae();
        if (states.count() > 0)
            report["ldos_states_below_gap_mae"] = states.mae();
        return report;
    }
    void print(std::ostream& out) const {
        out << std::setprecision(4) << std::setw(9) << values.rmse() << std::setw(9) << values.mae()
            << std::setw(11) << site_means.rmse() << std::setprecision(3);
        print_ratio(out, 8, values.rmse(), site_means.rmse());
        out << std::setprecision(4);
        print_if_any(out, 12, states);
        print_if_any(out, 10, centers);
    }
};

/// Integrals of an LDOS over the energies of a grid.
class ldos_integrals {
public:
    explicit ldos_integrals(const energy_grid& grid)
        : step_{grid.step}, energies_{Eigen::VectorXd::LinSpaced(
                                static_cast<Eigen::Index>(grid.count), grid.first,
                                grid.first + grid.step * static_cast<double>(grid.count - 1))} {
        // Two broadenings above the highest occupied level still belong to it.
        if (grid.reference == "VBM")
            below_gap_ = (energies_.array() < 2.0 * grid.broadening + 1e-6).count();
    }
    /// States below the gap; nothing if the zero of energy is not the highest occupied level.
    [[nodiscard]] std::optional<double> states_below_gap(const Eigen::VectorXd& ldos) const {
        if (!below_gap_)
            return std::nullopt;
        return ldos.head(*below_gap_).sum() * step_;
    }
    /// Mean energy, eV.
    [[nodiscard]] double center(const Eigen::VectorXd& ldos) const {
        return ldos.dot(energies_) / ldos.sum();
    }

private:
    double step_;
    Eigen::VectorXd energies_;
    std::optional<Eigen::Index> below_gap_;
};

class ldos_report final : public grouped_report<ldos_group> {
public:
    explicit ldos_report(const ldos_model& model) : model_{&model}, integrals_{model.grid()} {}

    [[nodiscard]] bool has_labels(const labeled_structure& labeled) const override {
        return labeled.ldos.has_value();
    }
    void add(const labeled_structure& labeled, const prediction& predicted) override {
        const ldos_labels& ldos = *labeled.ldos;
        if (ldos.grid != model_->grid())
            throw invalid_dataset{
                "the LDOS has other energies (first, step, number, broadening or reference) "
                "than the model"};
        const auto width = static_cast<Eigen::Index>(ldos.grid.count);
        const Eigen::Map<const Eigen::MatrixXd> results{predicted.results.data(), width, ldos.values.cols()};
        add_atoms(labeled.geometry, [&](ldos_group& group, std::size_t i) {
            const auto column = static_cast<Eigen::Index>(i);
            const Eigen::VectorXd target = ldos.values.col(column);
            const Eigen::VectorXd result = results.col(column);
            const auto mean =
                model_->site_means().col(static_cast<Eigen::Index>(predicted.topology->site_of(i)));
            for (Eigen::Index e = 0; e < width; ++e) {
                add_pair(group.values, result[e], target[e], "the LDOS of atom ", i);
                add_pair(group.site_means, mean[e], target[e], "the mean LDOS at the site of atom ", i);
            }
            if (const auto states = integrals_.states_below_gap(target))
                add_pair(group.states, *integrals_.states_below_gap(result), *states,
                         "the states below the gap of atom ", i);
            if (result.sum() > 0.0 && target.sum() > 0.0) // no states, no center
                add_pair(group.centers, integrals_.center(result), integrals_.center(target),
                         "the mean energy of the LDOS of atom ", i);
        });
    }
    void print_header(std::ostream& out) const override {
        out << "LDOS             frames    atoms     RMSE      MAE  site mean   ratio  states<gap    center\n"
               "                                     (states/eV)    (RMSE)              (MAE)  (MAE, eV)\n";
    }

private:
    const ldos_model* model_;
    ldos_integrals integrals_;
};

} // namespace

void print_ratio(std::ostream& out, int width, double part, double whole) {
    out << std::setw(width);
    if (const double ratio = part / whole; detail::is_finite(ratio))
        out << ratio;
    else
        out << "-";
}

std::unique_ptr<error_report> make_error_report(const any_model& model) {
    if (const auto* const ldos = std::get_if<ldos_model>(&model))
        return std::make_unique<ldos_report>(*ldos);
    if (std::holds_alternative<energy_model>(model))
        return std::make_unique<energy_report>();
    return std::make_unique<force_report>();
}

std::string name_of_results(const any_model& model) {
    if (std::holds_alternative<energy_model>(model))
        return "energy";
    return std::holds_alternative<ldos_model>(model) ? "ldos" : "forces";
}

} // namespace tinynet::program
