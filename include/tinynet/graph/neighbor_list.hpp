// SPDX-License-Identifier: MIT
#ifndef TINYNET_GRAPH_NEIGHBOR_LIST_HPP
#define TINYNET_GRAPH_NEIGHBOR_LIST_HPP

/// \file
/// All pairs of atoms within a cutoff, with image shifts, in any cell.

#include <tinynet/detail/assert.hpp>
#include <tinynet/detail/finite.hpp>
#include <tinynet/detail/text.hpp>
#include <tinynet/error.hpp>
#include <tinynet/geometry/cell.hpp>
#include <tinynet/geometry/structure.hpp>
#include <tinynet/graph/detail/periodicity.hpp>
#include <tinynet/graph/detail/slices.hpp>
#include <tinynet/types.hpp>

#include <Eigen/Core>

#include <algorithm>
#include <array>
#include <cmath>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numbers>
#include <numeric>
#include <span>
#include <utility>
#include <vector>

namespace tinynet {

/// What one atom i sees of a pair: the other atom j, in one of its images.
struct neighbor {
    atom_index atom;   ///< j
    image_shift shift; ///< of j, relative to the positions as given, wrapped or not
    vector3 vector;    ///< x_j + shift * cell - x_i, Å
    double distance;   ///< length of the vector, Å
};

/// Most pairs that are ever listed: on average as many as at one atom per Å^3, six times the density of
/// diamond, and a hundred per atom, or 2^18 where these are more; never more than 2^31. Beyond that, lengths
/// are in other units or atoms lie on top of each other, and memory would be out of proportion to the atoms.
[[nodiscard]] inline double most_pairs(std::size_t atom_count, double cutoff) {
    const double per_atom = 100.0 + 4.0 / 3.0 * std::numbers::pi * cutoff * cutoff * cutoff;
    return std::min(0x1p31, std::max(0x1p18, per_atom * static_cast<double>(atom_count)));
}

/// All pairs of atoms closer than a cutoff, each seen from both ends.
///
/// An atom neighbors its own images, and other atoms through as many images as are close enough; two atoms at
/// the same place are neighbors at distance zero. The two views of a pair agree to the last bit: opposite
/// shifts and vectors, one distance.
class neighbor_list {
public:
    /// No atoms.
    neighbor_list() = default;

    /// \copydoc rebuild
    neighbor_list(const structure& atoms, double cutoff) { rebuild(atoms, cutoff); }

    /// Replaces the list by that of another structure, reusing its memory.
    ///
    /// \param atoms   any cell; positions wrapped into it or not.
    /// \param cutoff  Å; pairs at exactly this distance are left out.
    /// \throws invalid_option     if the cutoff is not finite and positive, or so much larger than the cell
    ///                            that more than most_pairs() are to be expected.
    /// \throws invalid_structure  if an atom is so many cells away from the origin that its image shift does
    ///                            not fit, or the cell so skewed, that places in it are lost in rounding; if
    ///                            there are more than most_pairs(), and then the list has no atoms.
    /// \par Cost  O(atoms + pairs) memory, and time, with a logarithm more where most of the box is empty.
    void rebuild(const structure& atoms, double cutoff);

    /// Number of atoms.
    [[nodiscard]] std::size_t atom_count() const noexcept { return row_ends_.size(); }
    /// Number of directed pairs: each pair counts from both ends.
    [[nodiscard]] std::size_t pair_count() const noexcept { return neighbors_.size(); }

    /// The neighbors of an atom, ordered by image shift, then atom.
    /// \param atom  in [0, atom_count).
    [[nodiscard]] std::span<const neighbor> neighbors(atom_index atom) const& noexcept {
        TINYNET_ASSERT(atom < atom_count());
        const std::size_t first = atom == 0 ? 0 : row_ends_[atom - 1];
        return {neighbors_.data() + first, row_ends_[atom] - first};
    }
    /// Not of a list that is gone before its neighbors are looked at.
    std::span<const neighbor> neighbors(atom_index) const&& = delete;

private:
    /// An atom as the search sees it.
    struct wrapped_atom {
        vector3 position;  // in the cell, up to rounding
        image_shift shift; // that took it there
        atom_index atom;
    };

    /// Where three slices cross.
    struct bin {
        std::int64_t a;
        std::int64_t b;
        std::int64_t c;

        friend auto operator<=>(const bin&, const bin&) = default;
    };

    /// An atom in a bin, ordered by bin.
    struct occupant {
        bin home;
        std::size_t atom;

        friend auto operator<=>(const occupant&, const occupant&) = default;
    };

    /// A pair as it will be listed, ordered as it will be listed.
    struct candidate {
        image_shift shift;
        atom_index atom;

        friend auto operator<=>(const candidate&, const candidate&) = default;
    };

    void wrap(const structure& atoms, double cutoff);
    void measure_extent(const cell& lattice);
    void check_pair_count(const cell& lattice, double cutoff) const;
    void choose_slices(double radius);
    void fill_bins(const cell& lattice);
    void fill_table();
    void sort_by_bin();
    void list_slices(std::size_t axis, std::int64_t home, std::int64_t longest);
    void find_candidates(const cell& lattice, const wrapped_atom& center, double radius);
    void append_row(const structure& atoms, atom_index center, double cutoff);
    void check_listed_pairs(double cutoff);

    /// In the table of bins.
    [[nodiscard]] std::size_t number_of(const bin& place) const {
        return static_cast<std::size_t>((place.a * slices_[1].count + place.b) * slices_[2].count + place.c);
    }

    /// How many of binned_ are in bins before this one, which may be one behind the last slice.
    [[nodiscard]] std::size_t count_before(const bin& place) const {
        if (!has_table_)
            return static_cast<std::size_t>(std::ranges::lower_bound(sorted_, place, {}, &occupant::home) -
                                            sorted_.begin());
        const std::size_t number = number_of(place);
        return number == 0 ? 0 : bin_ends_[number - 1];
    }

    std::vector<neighbor> neighbors_;   // rows of all atoms, one after the other
    std::vector<std::size_t> row_ends_; // per atom

    // Scratch, kept for the next rebuild.
    std::array<detail::slices, 3> slices_; // per axis
    std::vector<wrapped_atom> wrapped_;    // per atom
    std::vector<bin> homes_;               // per atom
    std::vector<wrapped_atom> binned_;     // the same atoms, bin by bin
    bool has_table_ = false;               // whether bins are found by number, else by bisection
    std::vector<std::size_t> bin_ends_;    // in binned_, by number
    std::vector<occupant> sorted_;         // as binned_
    std::array<std::vector<detail::slice_range>, 3> around_; // the slices to search for one atom
    std::vector<candidate> candidates_;                      // of one atom
};

inline void neighbor_list::rebuild(const structure& atoms, double cutoff) {
    if (!(cutoff > 0.0) || !detail::is_finite(cutoff))
        throw invalid_option{
            detail::text("the cutoff is ", cutoff, " Å; expected a finite number above zero")};
    if (atoms.atom_count() == 0) {
        neighbors_.clear();
        row_ends_.clear();
        return;
    }
    const cell& lattice = atoms.cell();
    wrap(atoms, cutoff);
    measure_extent(lattice);
    check_pair_count(lattice, cutoff);

    // Wrapped positions and images yield candidates; the positions as given decide, in append_row.
    double farthest_coordinate = cutoff + lattice.rows().cwiseAbs().sum();
    for (const vector3& position : atoms.positions())
        farthest_coordinate = std::max(farthest_coordinate, position.cwiseAbs().maxCoeff());
    const double rounding = detail::wrapping_error(lattice) * farthest_coordinate;
    if (detail::is_finite(detail::smallest_period(lattice)) && rounding > cutoff)
        throw invalid_structure{detail::text("places in this cell are lost in rounding by ", rounding,
                                             " Å; expected a cell less skewed, or atoms closer to it")};
    const double radius = cutoff + rounding;
    choose_slices(radius);
    fill_bins(lattice);

    neighbors_.clear();
    row_ends_.clear();
    for (const wrapped_atom& atom : wrapped_) {
        find_candidates(lattice, atom, radius);
        append_row(atoms, atom.atom, cutoff);
        check_listed_pairs(cutoff);
    }
}

inline void neighbor_list::wrap(const structure& atoms, double cutoff) {
    const cell& lattice = atoms.cell();
    const vector3 repeats = {lattice.periodic()[0] ? 1.0 : 0.0, lattice.periodic()[1] ? 1.0 : 0.0,
                             lattice.periodic()[2] ? 1.0 : 0.0};
    const double period = detail::smallest_period(lattice);
    const double error = detail::wrapping_error(lattice);
    // The difference of two shifts and an image shift must add up within 32 bits.
    const double largest_shift = 0x1p30 - 2.0 - std::min(std::ceil(cutoff / period), 0x1p29);

    wrapped_.clear();
    for (const vector3& given : atoms.positions()) {
        vector3 shift = -lattice.fractional(given).array().floor() * repeats.array();
        // Far from the cell the first shift may miss by rounding.
        shift.array() -=
            lattice.fractional(given + lattice.cartesian(shift)).array().floor() * repeats.array();
        const atom_index atom{wrapped_.size()};
        if (!detail::are_finite(shift) || shift.cwiseAbs().maxCoeff() > largest_shift ||
            detail::room_below(period, error * given.cwiseAbs().maxCoeff()) <= 0)
            throw invalid_structure{detail::text("atom ", atom, " at (", given.x(), ", ", given.y(), ", ",
                                                 given.z(), ") Å is too many cells away from the origin")};
        const auto along = [&](Eigen::Index axis) { return static_cast<std::int32_t>(shift[axis]); };
        wrapped_.push_back({given + lattice.cartesian(shift), {along(0), along(1), along(2)}, atom});
    }
}

inline void neighbor_list::measure_extent(const cell& lattice) {
    vector3 lowest = vector3::Constant(std::numeric_limits<double>::infinity());
    vector3 highest = -lowest;
    for (const wrapped_atom& atom : wrapped_) {
        const vector3 fractional = lattice.fractional(atom.position);
        lowest = lowest.cwiseMin(fractional);
        highest = highest.cwiseMax(fractional);
    }
    for (std::size_t axis = 0; axis < 3; ++axis) {
        const auto row = static_cast<Eigen::Index>(axis);
        detail::slices& extent = slices_[axis];
        extent.periodic = lattice.periodic()[axis];
        extent.first = extent.periodic ? 0.0 : lowest[row];
        extent.length = extent.periodic ? 1.0 : std::max(0.0, highest[row] - lowest[row]);
        extent.thickness = extent.length * lattice.face_distance(axis);
    }
}

inline void neighbor_list::check_pair_count(const cell& lattice, double cutoff) const {
    const auto atom_count = static_cast<double>(wrapped_.size());
    double pair_count = atom_count * atom_count * detail::images_within(lattice, cutoff);
    for (const detail::slices& extent : slices_)
        if (!extent.periodic)
            pair_count *= std::min(1.0, 2.0 * cutoff / extent.thickness);
    double own_images = 1.0;
    for (const detail::slices& extent : slices_)
        if (extent.periodic)
            own_images *= std::max(1.0, 2.0 * cutoff / extent.thickness);
    // Not a number: a cutoff and a cell both so small that their powers vanish.
    if (detail::is_finite(pair_count))
        pair_count = std::max(pair_count, atom_count * own_images);
    const double most = most_pairs(wrapped_.size(), cutoff);
    if (!detail::is_finite(pair_count) || pair_count > most)
        throw invalid_option{detail::text("a cutoff of ", cutoff, " Å gives about ", pair_count,
                                          " pairs of atoms; expected at most ", most,
                                          "; do the cell and positions have the unit Å?")};
}

/// A table of all bins is small unless nearly all are empty.
inline void neighbor_list::choose_slices(double radius) {
    constexpr double bins_per_atom = 16.0;
    double bin_count = 1.0;
    for (detail::slices& axis : slices_) {
        axis.divide(radius);
        bin_count *= static_cast<double>(axis.count);
    }
    has_table_ = bin_count <= bins_per_atom * static_cast<double>(wrapped_.size());
}

inline void neighbor_list::fill_bins(const cell& lattice) {
    homes_.clear();
    for (const wrapped_atom& atom : wrapped_) {
        const vector3 fractional = lattice.fractional(atom.position);
        homes_.push_back({slices_[0].slice_of(fractional[0]), slices_[1].slice_of(fractional[1]),
                          slices_[2].slice_of(fractional[2])});
    }
    binned_.resize(wrapped_.size());
    if (has_table_)
        fill_table();
    else
        sort_by_bin();
}

/// A counting sort: starts become ends as the bins fill.
inline void neighbor_list::fill_table() {
    bin_ends_.assign(number_of({slices_[0].count, 0, 0}), 0);
    for (const bin& home : homes_)
        ++bin_ends_[number_of(home)];
    std::exclusive_scan(bin_ends_.begin(), bin_ends_.end(), bin_ends_.begin(), std::size_t{0});
    for (const wrapped_atom& atom : wrapped_)
        binned_[bin_ends_[number_of(homes_[atom.atom])]++] = atom;
}

inline void neighbor_list::sort_by_bin() {
    sorted_.clear();
    for (std::size_t atom = 0; atom < homes_.size(); ++atom)
        sorted_.push_back({homes_[atom], atom});
    std::ranges::sort(sorted_);
    std::ranges::transform(sorted_, binned_.begin(), [&](const occupant& one) { return wrapped_[one.atom]; });
}

/// Fills around_[axis] with the slices within reach of one, in ranges of at most `longest`.
inline void neighbor_list::list_slices(std::size_t axis, std::int64_t home, std::int64_t longest) {
    const detail::slices& all = slices_[axis];
    std::int64_t first = home - all.reach;
    std::int64_t last = home + all.reach;
    if (!all.periodic) {
        first = std::max<std::int64_t>(first, 0);
        last = std::min(last, all.count - 1);
    }
    around_[axis].clear();
    while (first <= last) {
        const std::int64_t image = (first >= 0 ? first : first - all.count + 1) / all.count;
        const std::int64_t origin = image * all.count;
        const std::int64_t stop = std::min({last, origin + all.count - 1, first + longest - 1});
        around_[axis].push_back({static_cast<std::int32_t>(image), first - origin, stop - origin});
        first = stop + 1;
    }
}

inline void neighbor_list::find_candidates(const cell& lattice, const wrapped_atom& center, double radius) {
    const bin& home = homes_[center.atom];
    list_slices(0, home.a, 1);
    list_slices(1, home.b, 1);
    list_slices(2, home.c, slices_[2].count);
    candidates_.clear();
    for (const detail::slice_range& a : around_[0])
        for (const detail::slice_range& b : around_[1])
            for (const detail::slice_range& c : around_[2]) {
                const image_shift image = {a.image, b.image, c.image};
                const vector3 origin = center.position - lattice.translation(image);
                const std::size_t end = count_before({a.first, b.first, c.last + 1});
                for (std::size_t i = count_before({a.first, b.first, c.first}); i < end; ++i)
                    if ((binned_[i].position - origin).squaredNorm() <= radius * radius)
                        candidates_.push_back({image + binned_[i].shift - center.shift, binned_[i].atom});
            }
}

inline void neighbor_list::append_row(const structure& atoms, atom_index center, double cutoff) {
    std::sort(candidates_.begin(), candidates_.end());
    for (const auto& [shift, atom] : candidates_) {
        // Both ends compute the pair as it is seen from one of them, so that options of the compiler that
        // reorder sums (-ffast-math) do so alike.
        const auto direction = std::pair{atom, shift} <=> std::pair{center, image_shift{}};
        const bool is_turned = direction < 0;
        const vector3& near = atoms.positions()[is_turned ? atom : center];
        const vector3& far = atoms.positions()[is_turned ? center : atom];
        const vector3 seen = far - near + atoms.cell().translation(is_turned ? -shift : shift);
        const double distance = seen.norm();
        if (distance < cutoff && direction != 0)
            neighbors_.push_back({atom, shift, is_turned ? vector3{-seen} : seen, distance});
    }
    row_ends_.push_back(neighbors_.size());
}

/// The estimate of check_pair_count() is for atoms spread evenly.
inline void neighbor_list::check_listed_pairs(double cutoff) {
    const double most = most_pairs(wrapped_.size(), cutoff);
    if (static_cast<double>(pair_count()) <= most)
        return;
    const auto message =
        detail::text("the first ", atom_count(), " of ", wrapped_.size(), " atoms have ", pair_count(),
                     " neighbors closer than ", cutoff, " Å, expected at most ", most,
                     " of all; do the positions have the unit Å?");
    neighbors_.clear();
    row_ends_.clear();
    throw invalid_structure{message};
}

} // namespace tinynet

#endif
