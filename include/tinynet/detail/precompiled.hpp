// SPDX-License-Identifier: MIT
#ifndef TINYNET_DETAIL_PRECOMPILED_HPP
#define TINYNET_DETAIL_PRECOMPILED_HPP

/// \file
/// What a build of many files may compile only once: cmake/precompiled. Everybody else compiles what they
/// use.

/// TINYNET_PRECOMPILED stands before templates for certain numbers, TINYNET_INLINE before functions whose
/// bodies are in a header of their own.
#if defined(TINYNET_COMPILES_ONCE)
#define TINYNET_PRECOMPILED(...) template __VA_ARGS__
#define TINYNET_INLINE
#elif defined(TINYNET_LINKS_PRECOMPILED)
#define TINYNET_PRECOMPILED(...) extern template __VA_ARGS__
#define TINYNET_INLINE
#else
#define TINYNET_PRECOMPILED(...) static_assert(true)
#define TINYNET_INLINE inline
#endif

#endif
