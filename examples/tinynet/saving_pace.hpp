// SPDX-License-Identifier: MIT
#ifndef TINYNET_EXAMPLES_SAVING_PACE_HPP
#define TINYNET_EXAMPLES_SAVING_PACE_HPP

/// \file
/// How often a long run saves itself so that it survives a power failure.

#include <algorithm>
#include <chrono>

namespace tinynet::program {

/// What a power failure costs: a fifth of a second of work, or more, up to four seconds, where saving is so
/// slow that it would take more than a twentieth of the time.
class saving_pace {
    using clock = std::chrono::steady_clock;

public:
    /// Whether it is time.
    [[nodiscard]] bool is_due() const { return clock::now() >= next_; }

    /// Saves.
    template <typename Save>
    void run(const Save& save) {
        constexpr clock::duration shortest = std::chrono::milliseconds{200};
        constexpr clock::duration longest = std::chrono::seconds{4};
        constexpr int share = 20;
        const auto start = clock::now();
        save();
        const auto end = clock::now();
        next_ = end + std::clamp<clock::duration>((share - 1) * (end - start), shortest, longest);
    }

private:
    clock::time_point next_{};
};

} // namespace tinynet::program

#endif
