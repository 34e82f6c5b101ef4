// SPDX-License-Identifier: MIT
#ifndef TINYNET_IO_DETAIL_STRICT_JSON_HPP
#define TINYNET_IO_DETAIL_STRICT_JSON_HPP

/// \file
/// JSON of a file: without a key that is given twice, of which parsers believe one or the other, and no
/// larger in memory than its text explains.

#include <tinynet/detail/text.hpp>
#include <tinynet/io/detail/named_file.hpp>

#include <nlohmann/json.hpp>

#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace tinynet::detail {

/// Most keys of all objects of a text together: a key of two bytes takes a hundred in memory.
inline constexpr std::size_t json_key_limit = 500000;
/// Most values of all kinds: more than a header has room for when they are numbers of structures.
inline constexpr std::size_t json_value_limit = 2500000;

/// Looks at JSON text as it is read, before anything is made of it. (A callback of nlohmann::json::parse
/// could do so, too, but takes a time that grows with the square of the number of objects.)
class json_inspector final : public nlohmann::json_sax<nlohmann::json> {
public:
    /// \param what  names the text in messages.
    json_inspector(std::string_view what, const named_file& file) : what_{what}, file_{&file} {}

    bool null() override { return count_value(); }
    bool boolean(bool) override { return count_value(); }
    bool number_integer(number_integer_t) override { return count_value(); }
    bool number_unsigned(number_unsigned_t) override { return count_value(); }
    bool number_float(number_float_t, const string_t&) override { return count_value(); }
    bool string(string_t&) override { return count_value(); }
    bool binary(binary_t&) override { return count_value(); }

    bool start_object(std::size_t) override { return enter(); }
    bool end_object() override { return leave(); }
    bool start_array(std::size_t) override { return enter(); }
    bool end_array() override { return leave(); }

    bool key(string_t& name) override {
        if (!keys_.back().insert(name).second)
            file_->fail(what_, " gives the key ", in_quotes(name), " twice");
        if (++key_count_ > json_key_limit)
            file_->fail(what_, " has too many keys, expected at most ", json_key_limit);
        return true;
    }

    bool parse_error(std::size_t byte, const std::string&,
                     const nlohmann::json::exception& problem) override {
        if (dynamic_cast<const nlohmann::json::out_of_range*>(&problem) != nullptr)
            file_->fail(what_, " has a number that is too large");
        file_->fail("byte ", byte, " of ", what_, " is no valid JSON");
    }

private:
    bool count_value() {
        if (++value_count_ > json_value_limit)
            file_->fail(what_, " has too many values, expected at most ", json_value_limit);
        return true;
    }
    bool enter() {
        constexpr std::size_t depth_limit = 3; // header, tensor, shape; settings need no more
        keys_.emplace_back();
        if (keys_.size() > depth_limit)
            file_->fail(what_, " nests deeper than ", depth_limit, " levels");
        return count_value();
    }
    bool leave() {
        keys_.pop_back();
        return true;
    }

    std::string_view what_;
    const named_file* file_;
    std::vector<std::set<std::string>> keys_; ///< of every object and array around; arrays have none
    std::size_t key_count_ = 0;
    std::size_t value_count_ = 0;
};

/// \param what  names the text in messages, such as `the header`.
/// \throws file_error  if the text is no JSON, nests deeper than a header does, gives a key twice, or has more
///                     keys or values than the limits or a number that is too large.
inline nlohmann::json parse_strict_json(std::string_view text, std::string_view what,
                                        const named_file& file) {
    json_inspector inspector{what, file};
    nlohmann::json::sax_parse(text, &inspector);
    return nlohmann::json::parse(text);
}

} // namespace tinynet::detail

#endif
