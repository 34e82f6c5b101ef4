// SPDX-License-Identifier: MIT
#ifndef TINYNET_ERROR_HPP
#define TINYNET_ERROR_HPP

/// \file
/// Every exception the library throws. Catch `tinynet::error` to catch them all.
/// Each message is one sentence that names the offending value and what was expected.

#include <stdexcept>

namespace tinynet {

/// Base of every exception of the library.
class error : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// Lattice rows that are not finite or do not span the periodic directions.
class invalid_cell : public error {
public:
    using error::error;
};

/// Positions and species that do not form a structure: sizes differ or a number is not finite.
class invalid_structure : public error {
public:
    using error::error;
};

/// A symbol or atomic number that is no chemical element, or a species that a model does not know.
class unknown_species : public error {
public:
    using error::error;
};

/// An atom index beyond the last atom.
class unknown_atom : public error {
public:
    using error::error;
};

/// A setting outside its allowed range.
class invalid_option : public error {
public:
    using error::error;
};

/// An enumeration that would not fit into memory or time; the message gives the count.
class too_many_walks : public error {
public:
    using error::error;
};

/// A structure that does not fit the reference: other atoms, another order, a site unlike any known one.
class topology_mismatch : public error {
public:
    using error::error;
};

/// A file that cannot be read or written, or whose content is not what it should be.
class file_error : public error {
public:
    using error::error;
};

/// Data from which nothing can be learned: too few structures, missing labels, values that are not finite.
class invalid_dataset : public error {
public:
    using error::error;
};

} // namespace tinynet

#endif
