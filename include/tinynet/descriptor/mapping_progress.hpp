// SPDX-License-Identifier: MIT
#ifndef TINYNET_DESCRIPTOR_MAPPING_PROGRESS_HPP
#define TINYNET_DESCRIPTOR_MAPPING_PROGRESS_HPP

/// \file
/// How far the mapping of a structure is, for whoever waits for a million atoms.

#include <cstddef>
#include <functional>

namespace tinynet {

/// Told now and then, while the topology of a structure is put together, how many of all steps are done;
/// an atom takes several.
using mapping_progress = std::function<void(std::size_t done, std::size_t all)>;

namespace detail {

/// Counts the steps, and tells of every thousandth and of the last.
class mapping_steps {
public:
    /// \param told  may be empty; must outlive this object.
    mapping_steps(const mapping_progress& told, std::size_t all) : told_{told}, all_{all} { tell(); }

    /// One step more is done.
    void operator()() {
        ++done_;
        if (done_ % steps_per_report == 0 || done_ == all_)
            tell();
    }

private:
    static constexpr std::size_t steps_per_report = 1000;

    void tell() const {
        if (told_)
            told_(done_, all_);
    }

    const mapping_progress& told_;
    std::size_t all_;
    std::size_t done_ = 0;
};

} // namespace detail
} // namespace tinynet

#endif
