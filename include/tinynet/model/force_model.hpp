// SPDX-License-Identifier: MIT
#ifndef TINYNET_MODEL_FORCE_MODEL_HPP
#define TINYNET_MODEL_FORCE_MODEL_HPP

/// \file
/// The paper's force model: three outputs per atom.

#include <tinynet/error.hpp>
#include <tinynet/model/atomic_model.hpp>
#include <tinynet/model/per_atom_model.hpp>
#include <tinynet/model/training_record.hpp>

#include <utility>

namespace tinynet {

/// Forces in eV/Å straight from the descriptor L_n^(N), in the laboratory frame of the reference
/// (arXiv:2306.08285): evaluate() gives fx0 fy0 fz0 fx1 ...
///
/// There is no energy and no virial behind these forces: they are not the gradient of anything.
class force_model : public per_atom_model {
public:
    /// \param model   three outputs per atom: the force in eV/Å.
    /// \throws invalid_option  if the outputs are not three.
    template <typename Real>
    force_model(atomic_model<Real> model, training_record record)
        : per_atom_model{std::move(model), std::move(record)} {
        if (output_width() != 3)
            throw invalid_option{"a force model has three outputs per atom"};
    }
};

} // namespace tinynet

#endif
