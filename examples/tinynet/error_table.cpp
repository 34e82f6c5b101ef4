// SPDX-License-Identifier: MIT
#include "error_table.hpp"

#include <iomanip>
#include <string_view>

namespace tinynet::program {

void force_errors::add(const labeled_structure& labeled, std::span<const double> predicted) {
    ++frames_;
    const auto kinds = labeled.geometry.species();
    for (std::size_t i = 0; i < kinds.size(); ++i) {
        group& own = by_species_[kinds[i]];
        ++own.atoms;
        ++all_.atoms;
        for (std::size_t axis = 0; axis < 3; ++axis) {
            const double target = (*labeled.forces)[i][static_cast<Eigen::Index>(axis)];
            own.forces.add(predicted[3 * i + axis], target);
            all_.forces.add(predicted[3 * i + axis], target);
        }
    }
}

nlohmann::json force_errors::as_json(const group& g) const {
    return {{"force_rmse", g.forces.rmse()},
            {"force_mae", g.forces.mae()},
            {"mean_abs_force", g.forces.mean_absolute_target()},
            {"frames", frames_},
            {"atoms", g.atoms}};
}

nlohmann::json force_errors::as_json() const {
    nlohmann::json report = as_json(all_);
    for (const auto& [kind, own] : by_species_)
        report["species"][std::string{kind.symbol()}] = as_json(own);
    return report;
}

void force_errors::print_header(std::ostream& out) {
    out << "forces (eV/Å)    frames    atoms     RMSE      MAE   mean |F|   MAE/mean |F|\n";
}

void force_errors::print(std::ostream& out, const std::string& name, const group& g) const {
    out << std::left << std::setw(15) << name << std::right << std::fixed << std::setw(8) << frames_
        << std::setw(9) << g.atoms << std::setprecision(4) << std::setw(9) << g.forces.rmse() << std::setw(9)
        << g.forces.mae() << std::setw(11) << g.forces.mean_absolute_target() << std::setprecision(3)
        << std::setw(15) << g.forces.mae() / g.forces.mean_absolute_target() << std::defaultfloat << '\n';
}

void force_errors::print(std::ostream& out, const std::string& name, bool with_species) const {
    if (frames_ == 0)
        return;
    print(out, name, all_);
    if (with_species)
        for (const auto& [kind, own] : by_species_)
            print(out, "  " + std::string{kind.symbol()}, own);
}

} // namespace tinynet::program
