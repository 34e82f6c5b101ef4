// SPDX-License-Identifier: MIT
#ifndef TINYNET_NN_DETAIL_LAYER_LOOPS_HPP
#define TINYNET_NN_DETAIL_LAYER_LOOPS_HPP

/// \file
/// What is done layer by layer, with numbers of layers that the compiler knows.

#include <tinynet/detail/text.hpp>
#include <tinynet/error.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <type_traits>
#include <utility>

namespace tinynet::detail {

/// Calls `visit(std::integral_constant<std::size_t, layer>)` from the first layer to the last.
template <std::size_t Count, typename Visitor>
void for_each_layer(Visitor&& visit) {
    [&]<std::size_t... Layers>(std::index_sequence<Layers...>) {
        (visit(std::integral_constant<std::size_t, Layers>{}), ...);
    }
    (std::make_index_sequence<Count>{});
}

/// The same from the last layer to the first.
template <std::size_t Count, typename Visitor>
void for_each_layer_backward(Visitor&& visit) {
    for_each_layer<Count>([&](auto layer) {
        visit(std::integral_constant<std::size_t, Count - 1 - decltype(layer)::value>{});
    });
}

/// \throws invalid_option  if a width is zero.
template <std::size_t Count>
void check_widths(const std::array<std::size_t, Count>& widths) {
    if (const auto zero = std::find(widths.begin(), widths.end(), std::size_t{0}); zero != widths.end())
        throw invalid_option{text("width number ", zero - widths.begin(),
                                  " of the network (0 is the input) is 0, at least 1 is needed")};
}

} // namespace tinynet::detail

#endif
