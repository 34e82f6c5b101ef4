// SPDX-License-Identifier: MIT
#ifndef TINYNET_MODEL_LDOS_MODEL_HPP
#define TINYNET_MODEL_LDOS_MODEL_HPP

/// \file
/// The paper's LDOS model: one output per energy.

#include <tinynet/detail/finite.hpp>
#include <tinynet/detail/text.hpp>
#include <tinynet/error.hpp>
#include <tinynet/geometry/labeled_structure.hpp>
#include <tinynet/model/atomic_model.hpp>
#include <tinynet/model/per_atom_model.hpp>
#include <tinynet/model/training_record.hpp>

#include <Eigen/Core>

#include <cstddef>
#include <utility>

namespace tinynet {

/// The local density of states of every atom, in states/eV on the energies of grid(), straight from the
/// descriptor L_n^(N) (arXiv:2306.08285): evaluate() gives the energies of atom 0, then those of atom 1, ...
class ldos_model : public per_atom_model {
public:
    /// \param model       one output per energy: the LDOS in states/eV.
    /// \param grid        the energies.
    /// \param site_means  mean LDOS of each site class in the training set, grid.count x site classes: what a
    ///                    model must beat.
    /// \throws invalid_option  if the sizes do not fit each other, a number is not finite or the grid no
    /// grid.
    template <typename Real>
    ldos_model(atomic_model<Real> model, energy_grid grid, Eigen::MatrixXd site_means, training_record record)
        : per_atom_model{std::move(model), std::move(record)}, grid_{std::move(grid)}, site_means_{std::move(
                                                                                           site_means)} {
        if (output_width() != grid_.count)
            throw invalid_option{detail::text("the LDOS model has ", output_width(), " outputs per atom for ",
                                              grid_.count, " energies")};
        if (!detail::is_finite(grid_.first) || !(grid_.step > 0.0 && detail::is_finite(grid_.step)) ||
            !(grid_.broadening >= 0.0 && detail::is_finite(grid_.broadening)))
            throw invalid_option{detail::text("the energies of the LDOS model begin at ", grid_.first,
                                              " eV, in steps of ", grid_.step, " eV, broadened by ",
                                              grid_.broadening,
                                              " eV; expected finite numbers, a positive step "
                                              "and a broadening from 0")};
        const std::size_t classes = features().sites().size();
        if (static_cast<std::size_t>(site_means_.rows()) != grid_.count ||
            static_cast<std::size_t>(site_means_.cols()) != classes || !detail::are_finite(site_means_))
            throw invalid_option{detail::text("the mean LDOS of ", classes, " sites on ", grid_.count,
                                              " energies must be as many finite numbers")};
    }

    /// The energies of the outputs.
    [[nodiscard]] const energy_grid& grid() const noexcept { return grid_; }
    /// Mean LDOS of each site class in the training set, states/eV, grid().count x site classes.
    [[nodiscard]] const Eigen::MatrixXd& site_means() const noexcept { return site_means_; }

private:
    energy_grid grid_;
    Eigen::MatrixXd site_means_;
};

} // namespace tinynet

#endif
