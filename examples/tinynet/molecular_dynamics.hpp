// SPDX-License-Identifier: MIT
#ifndef TINYNET_EXAMPLES_MOLECULAR_DYNAMICS_HPP
#define TINYNET_EXAMPLES_MOLECULAR_DYNAMICS_HPP

/// \file
/// Velocity Verlet on flat arrays, with or without a Langevin thermostat.

#include "atomic_masses.hpp"
#include <tinynet/detail/random.hpp>
#include <tinynet/geometry/structure.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

namespace tinynet::program {

inline constexpr double boltzmann = 8.617333262e-5;    ///< eV/K
inline constexpr double acceleration = 9.648533212e-3; ///< Å/fs^2 of 1 eV/Å on 1 u

/// Atoms in motion: x0 y0 z0 x1 ...
struct phase_point {
    std::vector<double> positions;  ///< Å
    std::vector<double> velocities; ///< Å/fs
    std::uint64_t step = 0;
};

/// How atoms move.
struct dynamics_settings {
    double time_step = 1.0;     ///< fs
    double temperature = 300.0; ///< K, of the first velocities and of the thermostat
    double friction = 0.0;      ///< 1/fs; 0: no thermostat, the energy is conserved
    std::uint64_t seed = 1;     ///< of first velocities and thermostat
};

/// Integrates Newton's or Langevin's equation (BAOAB: Leimkuhler and Matthews, 2013). The random numbers of a
/// step are a function of seed and step, so that a run can go on from any phase point.
class molecular_dynamics {
public:
    /// Writes the forces (eV/Å) at some positions and returns the energy (eV).
    using force_field =
        std::function<double(const std::vector<double>& positions, std::vector<double>& forces)>;

    molecular_dynamics(const structure& atoms, const dynamics_settings& settings, force_field forces)
        : settings_{settings}, field_{std::move(forces)}, forces_(3 * atoms.atom_count()) {
        for (const species kind : atoms.species())
            masses_.insert(masses_.end(), 3, mass_of(kind));
    }

    /// Starts at the positions of a structure with random velocities of the temperature and no total
    /// momentum; an atom alone starts at rest.
    void start(const structure& atoms) {
        const auto x = flat(atoms.positions());
        state_ = {{x.begin(), x.end()}, std::vector<double>(x.size()), 0};
        detail::random_source random{{.seed = settings_.seed, .stream = 0}};
        for (std::size_t k = 0; k < x.size(); ++k)
            state_.velocities[k] = thermal_velocity(k) * random.normal();
        for (std::size_t axis = 0; axis < 3; ++axis) {
            double momentum = 0.0;
            double mass = 0.0;
            for (std::size_t k = axis; k < x.size(); k += 3) {
                momentum += masses_[k] * state_.velocities[k];
                mass += masses_[k];
            }
            for (std::size_t k = axis; k < x.size(); k += 3)
                state_.velocities[k] -= momentum / mass;
        }
        if (masses_.size() == 3) // alone: what is left of its momentum is rounding
            std::ranges::fill(state_.velocities, 0.0);
        else if (const double found = temperature(); found > 0.0)
            for (double& velocity : state_.velocities)
                velocity *= std::sqrt(settings_.temperature / found);
        energy_ = field_(state_.positions, forces_);
    }

    /// Goes on from a phase point.
    void restore(phase_point state) {
        state_ = std::move(state);
        energy_ = field_(state_.positions, forces_);
    }

    /// One step.
    void step() {
        kick();
        drift();
        if (settings_.friction > 0.0)
            thermalize();
        drift();
        energy_ = field_(state_.positions, forces_);
        kick();
        ++state_.step;
    }

    /// Where the atoms are.
    [[nodiscard]] const phase_point& state() const noexcept { return state_; }
    /// At the last positions, eV/Å.
    [[nodiscard]] const std::vector<double>& forces() const noexcept { return forces_; }
    /// At the last positions, eV.
    [[nodiscard]] double potential_energy() const noexcept { return energy_; }
    /// eV.
    [[nodiscard]] double kinetic_energy() const {
        double sum = 0.0;
        for (std::size_t k = 0; k < masses_.size(); ++k)
            sum += masses_[k] * state_.velocities[k] * state_.velocities[k];
        return 0.5 * sum / acceleration;
    }
    /// K; the motion of the whole does not count, except under a thermostat, which moves that as well.
    [[nodiscard]] double temperature() const {
        const auto components = static_cast<double>(masses_.size());
        const double free = settings_.friction > 0.0 || components <= 3.0 ? components : components - 3.0;
        return 2.0 * kinetic_energy() / (free * boltzmann);
    }

private:
    [[nodiscard]] double thermal_velocity(std::size_t k) const {
        return std::sqrt(boltzmann * settings_.temperature * acceleration / masses_[k]);
    }
    void kick() {
        for (std::size_t k = 0; k < masses_.size(); ++k)
            state_.velocities[k] += 0.5 * settings_.time_step * acceleration * forces_[k] / masses_[k];
    }
    void drift() {
        for (std::size_t k = 0; k < masses_.size(); ++k)
            state_.positions[k] += 0.5 * settings_.time_step * state_.velocities[k];
    }
    void thermalize() {
        detail::random_source random{{.seed = settings_.seed, .stream = state_.step + 1}};
        const double kept = std::exp(-settings_.friction * settings_.time_step);
        for (std::size_t k = 0; k < masses_.size(); ++k)
            state_.velocities[k] = kept * state_.velocities[k] +
                                   std::sqrt(1.0 - kept * kept) * thermal_velocity(k) * random.normal();
    }

    dynamics_settings settings_;
    force_field field_;
    std::vector<double> forces_;
    std::vector<double> masses_; ///< by component, u
    phase_point state_;
    double energy_ = 0.0;
};

} // namespace tinynet::program

#endif
