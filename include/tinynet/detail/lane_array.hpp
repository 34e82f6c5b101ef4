// SPDX-License-Identifier: MIT
#ifndef TINYNET_DETAIL_LANE_ARRAY_HPP
#define TINYNET_DETAIL_LANE_ARRAY_HPP

/// \file
/// Numbers side by side that one instruction, or a few, serve at once.
///
/// Arithmetic is that of the compiler's vector types: it needs no templates, so that kernels compile fast,
/// and what is written is what the processor does. Operators are inlined by force, since GCC leaves some out
/// of line in large kernels. Functions that no instruction computes come from Eigen.

#include <Eigen/Core>

#include <algorithm>
#include <cstddef>
#include <cstring>

namespace tinynet::detail {

/// `Count` numbers; operators and functions act on each. A number on its own stands for `Count` equal ones.
/// Left without values by the default constructor.
template <typename Real, std::size_t Count>
class lane_array {
public:
    /// Numbers that one register of the processor holds.
    static constexpr std::size_t register_lanes =
        std::min<std::size_t>(Count, std::max<std::size_t>(16, EIGEN_MAX_STATIC_ALIGN_BYTES) / sizeof(Real));

    using real = Real; ///< number type

    lane_array() = default;
    // NOLINTNEXTLINE(google-explicit-constructor, hicpp-explicit-conversions): so that 2 * x is what it says
    [[gnu::always_inline]] lane_array(Real number) noexcept {
        *this = made_of([&](std::size_t) __attribute__((always_inline)) { return number - vector{}; });
    }

    /// All of them 0.
    [[nodiscard, gnu::always_inline]] static lane_array zero() noexcept { return Real{0}; }
    /// The numbers at an address, aligned or not.
    [[nodiscard, gnu::always_inline]] static lane_array load(const Real* numbers) noexcept {
        return made_of([&](std::size_t k) __attribute__((always_inline)) {
            vector made;
            std::memcpy(&made, numbers + k * register_lanes, sizeof(made));
            return made;
        });
    }
    /// Writes the numbers to an address, aligned or not.
    [[gnu::always_inline]] void store(Real* numbers) const noexcept {
#pragma GCC unroll 16
        for (std::size_t k = 0; k < register_count; ++k)
            std::memcpy(numbers + k * register_lanes, &registers_[k], sizeof(vector));
    }

    /// Number of numbers.
    [[nodiscard]] static constexpr std::size_t size() noexcept { return Count; }
    /// The first of them, the others behind it.
    [[nodiscard]] Real* data() noexcept { return reinterpret_cast<Real*>(registers_); }
    /// \copydoc data()
    [[nodiscard]] const Real* data() const noexcept { return reinterpret_cast<const Real*>(registers_); }
    /// One of them.
    [[nodiscard]] Real& operator[](std::size_t lane) noexcept { return data()[lane]; }
    /// \copydoc operator[](std::size_t)
    [[nodiscard]] Real operator[](std::size_t lane) const noexcept { return data()[lane]; }

    // NOLINTBEGIN(readability-identifier-length)
    [[nodiscard, gnu::always_inline]] friend lane_array operator+(const lane_array& a,
                                                                  const lane_array& b) noexcept {
        return made_of([&](std::size_t k)
                           __attribute__((always_inline)) { return a.registers_[k] + b.registers_[k]; });
    }
    [[nodiscard, gnu::always_inline]] friend lane_array operator-(const lane_array& a,
                                                                  const lane_array& b) noexcept {
        return made_of([&](std::size_t k)
                           __attribute__((always_inline)) { return a.registers_[k] - b.registers_[k]; });
    }
    [[nodiscard, gnu::always_inline]] friend lane_array operator*(const lane_array& a,
                                                                  const lane_array& b) noexcept {
        return made_of([&](std::size_t k)
                           __attribute__((always_inline)) { return a.registers_[k] * b.registers_[k]; });
    }
    [[nodiscard, gnu::always_inline]] friend lane_array operator/(const lane_array& a,
                                                                  const lane_array& b) noexcept {
        return made_of([&](std::size_t k)
                           __attribute__((always_inline)) { return a.registers_[k] / b.registers_[k]; });
    }
    /// The larger of both.
    [[nodiscard, gnu::always_inline]] friend lane_array max(const lane_array& a,
                                                            const lane_array& b) noexcept {
        return made_of([&](std::size_t k) __attribute__((always_inline)) {
            return a.registers_[k] > b.registers_[k] ? a.registers_[k] : b.registers_[k];
        });
    }
    /// The smaller of both.
    [[nodiscard, gnu::always_inline]] friend lane_array min(const lane_array& a,
                                                            const lane_array& b) noexcept {
        return made_of([&](std::size_t k) __attribute__((always_inline)) {
            return a.registers_[k] < b.registers_[k] ? a.registers_[k] : b.registers_[k];
        });
    }
    // NOLINTEND(readability-identifier-length)
    [[nodiscard, gnu::always_inline]] lane_array operator-() const noexcept {
        return made_of([&](std::size_t k) __attribute__((always_inline)) { return -registers_[k]; });
    }
    [[gnu::always_inline]] lane_array& operator+=(const lane_array& other) noexcept {
        return *this = *this + other;
    }
    [[gnu::always_inline]] lane_array& operator-=(const lane_array& other) noexcept {
        return *this = *this - other;
    }
    [[gnu::always_inline]] lane_array& operator*=(const lane_array& other) noexcept {
        return *this = *this * other;
    }

    [[nodiscard, gnu::always_inline]] lane_array square() const noexcept { return *this * *this; }
    [[nodiscard, gnu::always_inline]] lane_array cube() const noexcept { return *this * *this * *this; }
    [[nodiscard]] lane_array abs() const noexcept { return max(*this, -*this); }
    [[nodiscard, gnu::always_inline]] lane_array sqrt() const noexcept {
        return by_eigen([](const auto& x) { return x.sqrt(); });
    }
    /// Of e; relative error up to 4 epsilon, where the result is a normal number and less than a third of the
    /// largest (above, AVX-512 gives infinity in float).
    [[nodiscard]] lane_array exp() const noexcept {
        return by_eigen([](const auto& x) { return x.exp(); });
    }
    /// Error up to 4 epsilon.
    [[nodiscard]] lane_array tanh() const noexcept {
        return by_eigen([](const auto& x) { return x.tanh(); });
    }
    /// To the nearest whole number.
    [[nodiscard]] lane_array rint() const noexcept {
        return by_eigen([](const auto& x) { return x.rint(); });
    }

    /// Added up: halves, quarters and so on, whatever the processor.
    [[nodiscard]] Real sum() const noexcept {
        return reduced([](const auto& one, const auto& other) { return one + other; });
    }
    /// The largest of them.
    [[nodiscard]] Real largest() const noexcept {
        return reduced([](const auto& one, const auto& other) { return max(one, other); });
    }
    /// The smallest of them.
    [[nodiscard]] Real smallest() const noexcept { return -(-*this).largest(); }

    /// Whether all of them are equal to those of the other.
    [[nodiscard]] friend bool operator==(const lane_array& one, const lane_array& other) noexcept {
        return std::equal(one.data(), one.data() + Count, other.data());
    }

    /// In another precision.
    template <typename Other>
    [[nodiscard]] lane_array<Other, Count> cast() const noexcept {
        lane_array<Other, Count> made;
        for (std::size_t lane = 0; lane < Count; ++lane)
            made[lane] = static_cast<Other>((*this)[lane]);
        return made;
    }

private:
    static_assert(Count > 1 && (Count & (Count - 1)) == 0, "the number of lanes is a power of two");
    template <typename, std::size_t>
    friend class lane_array;
    static constexpr std::size_t register_count = Count / register_lanes;
    typedef Real vector
        __attribute__((vector_size(register_lanes * sizeof(Real)))); // NOLINT(modernize-use-using)
    using eigen_array = Eigen::Array<Real, static_cast<int>(Count), 1>;

    template <typename Make>
    [[gnu::always_inline]] static lane_array made_of(const Make& make) noexcept {
        lane_array made;
#pragma GCC unroll 16
        for (std::size_t k = 0; k < register_count; ++k)
            made.registers_[k] = make(k);
        return made;
    }
    template <typename Function>
    [[gnu::always_inline]] lane_array by_eigen(const Function& function) const noexcept {
        lane_array made;
        Eigen::Map<eigen_array>{made.data()} = function(Eigen::Map<const eigen_array>{data()});
        return made;
    }
    template <typename Combine>
    [[gnu::always_inline]] Real reduced(const Combine& combine) const noexcept {
        using half = lane_array<Real, std::max<std::size_t>(Count / 2, 2)>;
        if constexpr (Count == 2)
            return combine(half::load(data()), half{data()[1]})[0];
        else
            return combine(half::load(data()), half::load(data() + Count / 2)).reduced(combine);
    }

    vector
        registers_[register_count]; // NOLINT(modernize-avoid-c-arrays): std::array would drop the attribute
};

} // namespace tinynet::detail

#endif
