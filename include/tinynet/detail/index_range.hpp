// SPDX-License-Identifier: MIT
#ifndef TINYNET_DETAIL_INDEX_RANGE_HPP
#define TINYNET_DETAIL_INDEX_RANGE_HPP

/// \file
/// Consecutive indices as a range, or in blocks. (`std::views::iota` of Debian 12's standard library does not
/// pass Clang 14.)

#include <cstddef>
#include <iterator>

namespace tinynet::detail {

/// The indices first, first + 1, ..., last - 1.
template <typename Index>
class index_range {
public:
    class iterator {
    public:
        using value_type = Index;
        using difference_type = std::ptrdiff_t;

        constexpr iterator() noexcept = default;
        constexpr explicit iterator(std::size_t index) noexcept : index_{index} {}

        constexpr Index operator*() const noexcept { return Index{index_}; }
        constexpr iterator& operator++() noexcept {
            ++index_;
            return *this;
        }
        constexpr iterator operator++(int) noexcept { return iterator{index_++}; }
        friend constexpr bool operator==(iterator, iterator) noexcept = default;

    private:
        std::size_t index_ = 0;
    };

    constexpr index_range(std::size_t first, std::size_t last) noexcept : first_{first}, last_{last} {}

    [[nodiscard]] constexpr iterator begin() const noexcept { return iterator{first_}; }
    [[nodiscard]] constexpr iterator end() const noexcept { return iterator{last_}; }
    [[nodiscard]] constexpr std::size_t size() const noexcept { return last_ - first_; }

private:
    std::size_t first_;
    std::size_t last_;
};

static_assert(std::forward_iterator<index_range<std::size_t>::iterator>);

/// How many blocks of a size hold so many indices; the last one may not be full.
[[nodiscard]] constexpr std::size_t block_count(std::size_t count, std::size_t size) noexcept {
    return (count + size - 1) / size;
}

} // namespace tinynet::detail

#endif
