// SPDX-License-Identifier: MIT
#ifndef TINYNET_DETAIL_OWN_PRECISION_HPP
#define TINYNET_DETAIL_OWN_PRECISION_HPP

/// \file
/// From a model of either precision to the one it is.

#include <variant>

namespace tinynet::detail {

/// Calls `action(model, workspace)` with both in the precision of the model.
/// \param space  made by the model.
template <typename Models, typename Workspaces, typename Action>
decltype(auto) in_own_precision(const Models& model, Workspaces& space, const Action& action) {
    return std::visit(
        [&]<typename Model>(const Model& m) -> decltype(auto) {
            return action(m, std::get<typename Model::workspace>(space));
        },
        model);
}

} // namespace tinynet::detail

#endif
