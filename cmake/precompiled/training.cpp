// SPDX-License-Identifier: MIT
// What trains them, likewise; linked with them.
#include <tinynet/model/force_model.hpp>
#include <tinynet/model/moment_model.hpp>

#undef TINYNET_PRECOMPILED
#define TINYNET_PRECOMPILED(...) template __VA_ARGS__
#include <tinynet/training/atomic_trainer.hpp>
#include <tinynet/training/energy_trainer.hpp>
